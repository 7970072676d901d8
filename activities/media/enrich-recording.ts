import { HoldfastError } from '../../recorder-core/errors.ts';
import { channelsOf } from '../../recorder-core/records/channels.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { lockRecording, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { isAnyBuried } from '../../recorder-core/records/tombstones.ts';
import type { MediaActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { drawWaveform } from './draw-waveform.ts';
import { derivation, insertDerived, sealDerived } from './seal-derived.ts';

/** See `MediaActivities.enrichRecording`. */
export function enrichRecording(deps: ActivityDependencies): MediaActivities['enrichRecording'] {
  return async ({ tenantId, recordingId }) => {
    const { recording, parts, parties } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parts: await readParts(tx, recordingId),
      parties: await readParties(tx, [recordingId]),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    // What is kept for a duty alone has nothing derived from it; what was, has just been destroyed.
    if (recording.retention?.outcome === 'RESTRICT') return { derivedParts: 0 };
    const left = parts.filter(({ destroyedAt }) => destroyedAt === null);
    const received = left.some(({ kind, bytes }) => kind === 'media' && bytes > 0);
    if (!received || recording.durationMs === 0 || left.some(({ kind }) => kind === 'waveform')) {
      return { derivedParts: 0 };
    }
    const channels = channelsOf(parts, parties); // a line that was destroyed stays in its place, silent
    const waveform = await drawWaveform(deps, tenantId, recording, channels);
    if (waveform === undefined) return { derivedParts: 0 };
    const from = channels.flatMap((channel) => channel.parts);
    const stored = await storePart(
      deps,
      tenantId,
      { recording, from },
      Buffer.from(JSON.stringify(waveform)),
    );
    return { derivedParts: stored ? 1 : 0 };
  };
}

/** What a derived part is made from. */
interface Origin {
  readonly recording: Recording;
  readonly from: readonly Part[];
}

/** Answers false, and leaves nothing behind, where another attempt was quicker or the recording is being disposed of. */
async function storePart(
  deps: ActivityDependencies,
  tenantId: string,
  { recording, from }: Origin,
  plaintext: Buffer,
): Promise<boolean> {
  const kind = { kind: 'waveform', label: null, version: 1 } as const;
  const derived = await sealDerived(deps, tenantId, recording, kind, [plaintext]);
  const { id: recordingId } = recording;
  const stored = await deps.db.forTenant(tenantId, async (tx) => {
    if (!(await mayDerive(tx, recordingId, from))) return false;
    await insertDerived(tx, tenantId, derived);
    await appendListing(tx, tenantId, 'from', {
      at: deps.now(),
      act: 'recording.derived',
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      facts: derivation(derived.part, from),
    });
    return true;
  });
  if (!stored) await deps.objects.delete(derived.part.objectKey);
  return stored;
}

/** Asked under the lock that a disposal takes too: no key is added to a recording whose keys are being destroyed. */
async function mayDerive(tx: Tx, recordingId: string, from: readonly Part[]): Promise<boolean> {
  const recording = await lockRecording(tx, recordingId);
  if (recording?.state !== 'stored' && recording?.state !== 'retained') return false;
  // What was drawn may not show what is being destroyed; it is drawn again afterwards.
  const ids = from.map(({ id }) => id);
  if (await isAnyBuried(tx, ids)) return false;
  return !(await readParts(tx, recordingId)).some(
    ({ kind, destroyedAt }) => kind === 'waveform' && destroyedAt === null,
  );
}
