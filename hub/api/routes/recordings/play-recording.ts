import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { RequestHandler, Response } from 'express';
import { HoldfastError, isHoldfastError } from '../../../../recorder-core/errors.ts';
import { framesOf, renderPcm } from '../../../../recorder-core/media/render.ts';
import { joinSurveys, type AudioSurvey } from '../../../../recorder-core/media/survey-audio.ts';
import {
  planWav,
  wavBody,
  wavBytes,
  type WavPlan,
  type WavShape,
} from '../../../../recorder-core/media/wav.ts';
import { isUnplayable } from '../../../../recorder-core/records/channel-sound.ts';
import { channelsOf, type Channel } from '../../../../recorder-core/records/channels.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { noteGrantUse } from '../../../../recorder-core/records/live-grants.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { readParts } from '../../../../recorder-core/records/parts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import { invalidInput } from '../../problem.ts';
import { noteRefusals, requireAct, requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';
import { watchSession } from '../../watch-session.ts';
import { recordingParams, requirePlayable, useQuery } from './recording-params.ts';
import { channelLogs } from './channel-logs.ts';
import { reportingDamage, type Reader } from './reporting-damage.ts';
import { surveyPart } from './survey-part.ts';
import { verifyPart } from './verify-part.ts';

/** What a request wants to hear, and who asks. */
interface Playback extends Reader {
  readonly recording: Recording;
  readonly channels: readonly Channel[];
  /** Stated where its use is restricted. */
  readonly purpose: string | undefined;
}

/**
 * GET /recordings/:id/audio: WAV, 16 bit, at the rate that keeps the widest
 * band that was received, one channel a line in the order of the parties' ordinals;
 * answers byte ranges. Codecs that cannot be played here are silence and named
 * in the header `Holdfast-Not-Played`; where nothing can be played, `unsupported`.
 * Every part is verified as a
 * whole before its first byte is sent, and every request that sends sound is a
 * ledger leaf.
 */
export function playRecording(services: Services): RequestHandler {
  return async (request, response) => {
    const now = services.now();
    const identity = await requireIdentity(request, services, now);
    const params = recordingParams.safeParse(request.params);
    const object = params.success ? { type: 'recording', id: params.data.id } : undefined;
    const { policies } = await requireAct(identity, 'recording.play', services, now, object);
    if (!params.success) throw invalidInput('params', params.error);
    const query = useQuery.safeParse(request.query);
    if (!query.success) throw invalidInput('query', query.error);
    const purpose = query.data.purpose ?? identity.circumstances.purpose ?? undefined;
    const access = { act: 'recording.play', object: { type: 'recording', id: params.data.id } } as const;
    const playback = await noteRefusals(services, identity, access, now, () =>
      prepare(services, identity, params.data.id, { now, purpose }),
    );
    await verifyAll(playback);
    const survey = await surveyAll(playback);
    const shape: WavShape = {
      rate: survey.rate,
      channels: playback.channels.length,
      frames: framesOf(playback.recording.durationMs, survey.rate),
    };
    const plan = planWav(shape, request.get('Range'));
    if (plan === 'unsatisfiable') {
      response
        .status(416)
        .set('Content-Range', `bytes */${wavBytes(shape)}`)
        .end();
      return;
    }
    if (survey.silent.length > 0) response.set('Holdfast-Not-Played', survey.silent.join(', '));
    if (request.method === 'HEAD') {
      sendHead(response, plan);
      response.end();
      return;
    }
    await note(playback, plan, policies);
    await send(playback, shape, plan, response);
  };
}

async function prepare(
  services: Services,
  identity: Caller,
  id: string,
  { now, purpose }: { readonly now: Date; readonly purpose: string | undefined },
): Promise<Playback> {
  return services.db.forTenant(identity.tenantId, async (tx) => {
    const recording = await requirePlayable(tx, id, identity, purpose);
    const channels = channelsOf(await readParts(tx, id), await readParties(tx, [id]));
    if (channels.length === 0)
      throw new HoldfastError('not_found', 'This recording has no media: no packet was ever received.');
    if (channels.every(({ parts }) => parts.length === 0))
      throw new HoldfastError(
        'gone',
        'Every voice of this recording was destroyed; what is left of it is named on its page, with the reason.',
      );
    return { services, identity, recording, channels, now, purpose };
  });
}

/** A damaged part is never played. */
async function verifyAll(playback: Playback): Promise<void> {
  const { services, identity, channels, now } = playback;
  for (const part of channels.flatMap(({ parts }) => parts)) {
    await reportingDamage(playback, part, () =>
      verifyPart(services, identity.tenantId, part, now.getTime()),
    ).catch((error: unknown) => {
      if (isHoldfastError(error) && error.code === 'integrity_failed')
        services.metrics.playbacks.inc({ outcome: 'integrity_failed' });
      throw error;
    });
  }
}

/** @throws HoldfastError `unsupported` where there is sound and none of it can be played. */
async function surveyAll(playback: Playback): Promise<AudioSurvey> {
  const { services, identity, channels } = playback;
  const surveys: AudioSurvey[] = [];
  for (const part of channels.flatMap(({ parts }) => parts)) {
    surveys.push(await reportingDamage(playback, part, () => surveyPart(services, identity.tenantId, part)));
  }
  const survey = joinSurveys(surveys);
  if (isUnplayable(survey)) {
    throw new HoldfastError(
      'unsupported',
      `This recording is in ${survey.codecs.join(', ')}, which cannot be played here. It is stored as it was received. ` +
        'AMR, AMR-WB and G.729 are played by ffmpeg: install it, or set HOLDFAST_FFMPEG, and start the hub again.',
    );
  }
  return survey;
}

async function note(
  { services, identity, recording, now, purpose }: Playback,
  plan: WavPlan,
  rules: readonly string[],
): Promise<void> {
  const { tenantId, user, circumstances } = identity;
  services.plays.remember(user.id, recording.id, now);
  const leaf = {
    at: now,
    act: 'recording.played',
    object: { type: 'recording', id: recording.id },
    outcome: 'allowed',
    rules,
    facts: {
      from: plan.start,
      to: plan.end,
      means: circumstances.means,
      ...(purpose !== undefined && { purpose }),
    },
  } as const;
  await services.db.forTenant(tenantId, async (tx) => {
    await appendLeaf(tx, tenantId, leaf, actedBy(user));
    await noteGrantUse(tx, rules, now);
  });
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
  const { services, recording, channels } = playback;
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  const stopListening = services.uses.onEviction((recordingId) => {
    if (recordingId === recording.id) response.destroy(); // it is being shredded: a playback that pauses ends, too
  });
  const question = { act: 'recording.play', object: { type: 'recording', id: recording.id } } as const;
  const stopWatching = watchSession(services, playback.identity, question, () => {
    response.destroy(); // whoever may not any more hears no more
  });
  const pcm = renderPcm({
    parties: channels.map((channel) => channelLogs(playback, channel)),
    rate: shape.rate,
    originMs: Date.parse(recording.startedAt),
    speech: services.speech,
    signal: gone.signal,
    ...plan.render,
  });
  try {
    // What fails at once is told before the answer has begun.
    const first = await pcm.next();
    sendHead(response, plan);
    await pipeline(Readable.from(wavBody(shape, plan, resumed(first, pcm))), response);
  } catch (error) {
    // A listener who seeks or leaves closes the connection; that is no failure.
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    stopListening();
    stopWatching();
    await pcm.return();
  }
}

async function* resumed<T>(
  first: IteratorResult<T, void>,
  rest: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
