import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { tellConsent } from '../../../../recorder-core/records/ask-recorder.ts';
import { insertEvidence, listEvidence } from '../../../../recorder-core/records/consent-evidence.ts';
import { readLiveCall } from '../../../../recorder-core/records/live-calls.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { consentEvidence, noteEvidence, noteLiveConsent } from '../../schemas/consent.ts';
import { id } from '../../schemas/primitives.ts';
import { recordingParams, requireRecording } from '../recordings/recording-params.ts';
import { presentEvidence } from './present-consent.ts';

/** Answers once it is written down; the recorder acts on it within a second. */
export const noteLiveCallConsent = defineEndpoint({
  method: 'post',
  path: '/live-calls/:id/consent',
  summary:
    'Notes what a party of a call in progress was told or answered; its recorder stores more or less from then on.',
  act: 'consent.change',
  params: z.object({ id }),
  body: noteLiveConsent,
  response: consentEvidence,
  status: 202,
  async handle({ params, body, tx, identity, services, now }) {
    const live = await readLiveCall(tx, params.id);
    if (live === undefined)
      throw new HoldfastError(
        'not_found',
        'No call with this id is in progress. If it has just ended, note it with its recording.',
      );
    const { tenantId, user: person } = identity;
    const saidAt = saidAtOf(body.saidAt, now);
    const evidence = evidenceOf(services.newId(now), live.recordingId, saidAt, body);
    const offsetMs = Math.max(0, Date.parse(saidAt) - Date.parse(live.startedAt));
    await insertEvidence(tx, tenantId, [{ ...evidence, offsetMs }], now, person);
    const { id: noteId, kind, purpose, prompt } = evidence;
    const note = { id: noteId, kind, at: saidAt, purpose, source: 'api' as const, ...(prompt && { prompt }) };
    const told = await tellConsent(
      tx,
      tenantId,
      live.recordingId,
      { note, ...(body.label === undefined ? {} : { label: body.label }) },
      { id: services.newId(now), at: now, person },
    );
    if (!told)
      throw new HoldfastError(
        'unavailable',
        'The recorder of this call is not heard, so nothing was noted. Try again, or look at the machine itself.',
        { retryAfterMs: 5_000 },
      );
    return presentEvidence({ ...evidence, offsetMs, notedAt: now.toISOString() });
  },
});

/** Evidence that was found or brought later, such as the words in the recording itself. It changes no decision that was made. */
export const noteRecordingConsent = defineEndpoint({
  method: 'post',
  path: '/recordings/:id/consent-evidence',
  summary:
    'Adds evidence of what a party was told or answered to a recording; nothing that stands is changed by it.',
  act: 'consent.change',
  params: recordingParams,
  body: noteEvidence,
  response: consentEvidence,
  status: 201,
  async handle({ params, body, tx, identity, services, now }) {
    const recording = await requireRecording(tx, params.id);
    const { offsetMs, kind } = body;
    if (kind === 'refused' || kind === 'withdrawn')
      throw new HoldfastError(
        'invalid_input',
        'A refusal or withdrawal has consequences for what is stored: give it as a change of consent.',
        { field: '/body/kind' },
      );
    if (offsetMs !== undefined && offsetMs > recording.durationMs)
      throw new HoldfastError('invalid_input', 'The recording is shorter than that.', {
        field: '/body/offsetMs',
      });
    // A place in the sound is never later than now, whatever the recorder's clock says.
    const placed =
      offsetMs === undefined
        ? undefined
        : new Date(Math.min(now.getTime(), Date.parse(recording.startedAt) + offsetMs)).toISOString();
    const evidence = evidenceOf(
      services.newId(now),
      recording.id,
      saidAtOf(body.saidAt ?? placed, now),
      body,
    );
    const made = { ...evidence, offsetMs: offsetMs ?? null };
    await insertEvidence(tx, identity.tenantId, [made], now, identity.user);
    const stored = (await listEvidence(tx, recording.id)).find(({ id: known }) => known === made.id);
    return presentEvidence(stored ?? { ...made, notedAt: now.toISOString() });
  },
});

function evidenceOf(
  noteId: string,
  recordingId: string,
  saidAt: string,
  body: z.output<typeof noteLiveConsent>,
) {
  const { kind, label, purpose, prompt } = body;
  return {
    id: noteId,
    recordingId,
    partyOrdinals: null,
    label: label ?? null,
    kind,
    purpose: purpose ?? null,
    saidAt,
    prompt:
      prompt === undefined
        ? null
        : { id: prompt.id, sha256: prompt.sha256 ?? null, language: prompt.language ?? null },
    source: 'api' as const,
  };
}

/** When it was said: now, where nobody says when. @throws HoldfastError `invalid_input` for what is still to be said. */
export function saidAtOf(given: string | undefined, now: Date): string {
  const at = given ?? now.toISOString();
  if (Date.parse(at) <= now.getTime()) return at;
  throw new HoldfastError('invalid_input', 'It cannot have been said later than now.', {
    field: '/body/saidAt',
  });
}
