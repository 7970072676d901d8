import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { RequestHandler, Response } from 'express';
import { HoldfastError, isHoldfastError } from '../../../../recorder-core/errors.ts';
import { framesOf, renderPcm } from '../../../../recorder-core/media/render.ts';
import {
  planWav,
  wavBody,
  wavBytes,
  type WavPlan,
  type WavShape,
} from '../../../../recorder-core/media/wav.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { openPart, type OpenPart } from '../../../../recorder-core/records/open-part.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../../../recorder-core/records/parts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import type { Identity } from '../../../identity/sessions.ts';
import { invalidInput } from '../../problem.ts';
import { requireAct, requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';
import { recordingParams, requireRecording } from './recording-params.ts';
import { reportingDamage, watched, type Reader } from './reporting-damage.ts';
import { verifyPart } from './verify-part.ts';

/** What a request wants to hear, and who asks. */
interface Playback extends Reader {
  readonly recording: Recording;
  /** Media parts in channel order. */
  readonly channels: readonly Part[];
}

/**
 * GET /recordings/:id/audio: WAV, 16 bit, 8 kHz, one channel a party in the
 * order of their ordinals; answers byte ranges. Every part is verified as a
 * whole before its first byte is sent, and every request that sends sound is a
 * ledger leaf.
 */
export function playRecording(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    await requireAct(identity, 'recording.play', services, now);
    const params = recordingParams.safeParse(request.params);
    if (!params.success) throw invalidInput('params', params.error);
    const playback = await prepare(services, identity, params.data.id, now);
    const shape = { channels: playback.channels.length, frames: framesOf(playback.recording.durationMs) };
    const plan = planWav(shape, request.get('Range'));
    if (plan === 'unsatisfiable') {
      response
        .status(416)
        .set('Content-Range', `bytes */${wavBytes(shape)}`)
        .end();
      return;
    }
    await verifyAll(playback);
    if (request.method === 'HEAD') {
      sendHead(response, plan);
      response.end();
      return;
    }
    await note(playback, plan);
    await send(playback, shape, plan, response);
  };
}

async function prepare(services: Services, identity: Identity, id: string, now: Date): Promise<Playback> {
  return services.db.forTenant(identity.tenantId, async (tx) => {
    const recording = await requireRecording(tx, id);
    if (recording.state === 'disposing' || recording.state === 'disposed') {
      throw new HoldfastError(
        'gone',
        'This recording was disposed of; its keys no longer exist. The certificate says when and by which rules.',
      );
    }
    const order = (await readParties(tx, [id])).map(({ label }) => label);
    const position = ({ label }: Part): number =>
      order.includes(label) ? order.indexOf(label) : order.length;
    const channels = (await readParts(tx, id))
      .filter(({ kind }) => kind === 'media')
      .sort((a, b) => position(a) - position(b));
    if (channels.length === 0)
      throw new HoldfastError('not_found', 'This recording has no media: no packet was ever received.');
    return { services, identity, recording, channels, now };
  });
}

/** A damaged part is never played. */
async function verifyAll(playback: Playback): Promise<void> {
  const { services, identity, channels, now } = playback;
  for (const part of channels) {
    await reportingDamage(playback, part, () =>
      verifyPart(services, identity.tenantId, part, now.getTime()),
    ).catch((error: unknown) => {
      if (isHoldfastError(error) && error.code === 'integrity_failed')
        services.metrics.playbacks.inc({ outcome: 'integrity_failed' });
      throw error;
    });
  }
}

async function note({ services, identity, recording, now }: Playback, plan: WavPlan): Promise<void> {
  const { tenantId, user } = identity;
  const leaf = {
    at: now,
    act: 'recording.played',
    object: { type: 'recording', id: recording.id },
    outcome: 'allowed',
    facts: { from: plan.start, to: plan.end },
  } as const;
  await services.db.forTenant(tenantId, (tx) => appendLeaf(tx, tenantId, leaf, { actor: user.name }));
  services.metrics.playbacks.inc({ outcome: 'played' });
}

function sendHead(response: Response, plan: WavPlan): void {
  response.status(plan.status).set({
    'Content-Type': 'audio/wav',
    'Content-Length': String(plan.end - plan.start),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-store',
    ...(plan.status === 206 ? { 'Content-Range': `bytes ${plan.start}-${plan.end - 1}/${plan.size}` } : {}),
  });
}

async function send(playback: Playback, shape: WavShape, plan: WavPlan, response: Response): Promise<void> {
  const { services, identity, recording, channels } = playback;
  const open: OpenPart[] = [];
  try {
    const parties: AsyncIterable<Buffer>[] = [];
    for (const part of channels) {
      const opened = await reportingDamage(playback, part, () => openPart(services, identity.tenantId, part));
      open.push(opened);
      parties.push(watched(playback, part, opened.reader.stream()));
    }
    const pcm = renderPcm({ parties, originMs: Date.parse(recording.startedAt), ...plan.render });
    sendHead(response, plan);
    await pipeline(Readable.from(wavBody(shape, plan, pcm)), response);
  } catch (error) {
    // A listener who seeks or leaves closes the connection; that is no failure.
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    await Promise.all(open.map((part) => part.close()));
  }
}
