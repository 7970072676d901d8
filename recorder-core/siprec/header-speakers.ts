import { DIALECTS } from './dialects/registry.ts';
import { readHeaderName } from './header-name.ts';
import type { NameId } from './metadata.ts';
import type { OfferedStream } from './offered-stream.ts';
import type { SipRequest } from '../sip/message.ts';

/** A media line and the party that the SIP headers put on it. */
export interface HeaderSpeaker {
  readonly stream: OfferedStream;
  readonly nameId: NameId;
}

/**
 * Speakers from SIP headers, for want of metadata: what a vendor dialect reads, else
 * P-Asserted-Identity or From on the first line and To on the second, unless To is the recorder
 * itself. More than one on a line is mixed audio.
 */
export function headerSpeakers(request: SipRequest, streams: readonly OfferedStream[]): HeaderSpeaker[] {
  for (const dialect of DIALECTS) {
    const parties = dialect.headerParties?.(request) ?? [];
    if (parties.length === 0) continue;
    // With one line for the whole call, whoever is named is heard on it.
    const only = streams.length === 1 ? streams[0] : undefined;
    return parties.flatMap(({ nameId, mLineIndex }, place) => {
      const index = mLineIndex ?? streams[place]?.mLineIndex;
      const stream = only ?? streams.find((item) => item.mLineIndex === index);
      return stream === undefined ? [] : [{ stream, nameId }];
    });
  }
  const asserted = request.headers.get('P-Asserted-Identity');
  const caller = readHeaderName(asserted ?? request.headers.get('From'));
  const callee = readHeaderName(request.headers.get('To'));
  const recorder = readHeaderName(request.uri);
  const parties = callee?.aor === recorder?.aor ? [caller] : [caller, callee];
  return parties.flatMap((nameId, place) => {
    const stream = streams[place];
    return stream === undefined || nameId === undefined ? [] : [{ stream, nameId }];
  });
}
