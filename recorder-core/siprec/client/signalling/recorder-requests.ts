import type { InDialogRequest } from '../../../sip/user-agent.ts';
import { readMetadataRequest } from '../../metadata-request.ts';
import { agreeOn, readRecorderSdp } from './agree.ts';
import type { CallModel } from './call-model.ts';

/** What the recorder wanted. */
export type RecorderWish =
  | { readonly wish: 'pause' | 'resume' }
  /** The whole metadata, in a request of our own. */
  | { readonly wish: 'snapshot' };

/**
 * Answers a request of the recorder within the dialog. An offer of its may pause and resume lines and move its ports
 * (RFC 7866 section 7.2); a request for a metadata snapshot (section 9.2) is granted. Gives what it wanted.
 */
export function answerRecorder(incoming: InDialogRequest, model: CallModel): RecorderWish[] {
  const { request } = incoming;
  if (readMetadataRequest(request) !== undefined) {
    incoming.respond(200);
    return [{ wish: 'snapshot' }];
  }
  const isOffer = request.method === 'INVITE' || request.method === 'UPDATE';
  const hasSdp = /application\/sdp/i.test(request.headers.get('Content-Type') ?? '');
  const wishes = isOffer && hasSdp ? takeOffer(request.body, model) : [];
  if (!isOffer || (request.method === 'UPDATE' && !hasSdp)) incoming.respond(200);
  else incoming.respond(200, { contentType: 'application/sdp', body: Buffer.from(model.describe()) });
  return wishes;
}

function takeOffer(body: Buffer, model: CallModel): RecorderWish[] {
  const described = readRecorderSdp(body);
  const before = model.lines.map(({ media }) => media.paused);
  agreeOn(model, described);
  return model.lines.flatMap(({ media }, index) =>
    media.paused === before[index] ? [] : [{ wish: media.paused ? 'pause' : 'resume' }],
  );
}
