import { createHash } from 'node:crypto';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { channelsOf } from '../../recorder-core/records/channels.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { insertDataKey, insertKek } from '../../recorder-core/records/keys.ts';
import { appendListing } from '../../recorder-core/records/ledger-log.ts';
import { contextOf } from '../../recorder-core/records/open-part.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { insertPart, readParts, type Part } from '../../recorder-core/records/parts.ts';
import { lockRecording, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { isAnyBuried } from '../../recorder-core/records/tombstones.ts';
import { encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import { generateDataKey, wrapDataKey } from '../../recorder-core/vault/envelope.ts';
import type { MediaActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { drawWaveform } from './draw-waveform.ts';

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

/**
 * Encrypts and stores a derived part under a key of its own, so that it can be destroyed alone. Answers false, and
 * leaves nothing behind, where another attempt was quicker or the recording is being disposed of.
 */
async function storePart(
  deps: ActivityDependencies,
  tenantId: string,
  { recording, from }: Origin,
  plaintext: Buffer,
): Promise<boolean> {
  const now = deps.now();
  const { region, retentionClass, id: recordingId } = recording;
  const kek = await deps.keks.current({ tenant: tenantId, region, retentionClass }, now);
  const id = deps.newId(now);
  const context = contextOf(tenantId, { recordingId, id, version: 1 });
  const dataKey = generateDataKey();
  const ciphertext: Buffer[] = [];
  for await (const chunk of encryptChunks([plaintext], dataKey, context)) ciphertext.push(chunk);
  const bytes = Buffer.concat(ciphertext);
  const derived = {
    id,
    recordingId,
    kind: 'waveform',
    label: null,
    version: 1,
    store: 'objects',
    objectKey: objectKey({ region, tenantId, recordingId }, id),
    bytes: plaintext.length,
    ciphertextBytes: bytes.length,
    sha256: createHash('sha256').update(plaintext).digest(),
    sha512: createHash('sha512').update(plaintext).digest(),
    ciphertextSha256: createHash('sha256').update(bytes).digest(),
  } as const;
  await deps.objects.put(derived.objectKey, oneChunk(bytes), {
    sha256: derived.ciphertextSha256.toString('hex'),
    size: bytes.length,
  });
  const stored = await deps.db.forTenant(tenantId, async (tx) => {
    if (!(await mayDerive(tx, recordingId, from))) return false;
    await insertKek(tx, tenantId, { ...kek, ...kek.scope });
    await insertPart(tx, tenantId, derived);
    await insertDataKey(tx, tenantId, id, kek.id, wrapDataKey(kek.key, dataKey, context));
    await appendListing(tx, tenantId, 'from', {
      at: now,
      act: 'recording.derived',
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      facts: derivation(derived, from),
    });
    return true;
  });
  if (!stored) await deps.objects.delete(derived.objectKey);
  return stored;
}

type Digested = Pick<Part, 'id' | 'kind' | 'sha256' | 'sha512' | 'ciphertextSha256'>;

/** From which content which content came: the derived part as sealing names a captured one, and its origins. */
function derivation({ id, kind, sha256, sha512, ciphertextSha256 }: Digested, from: readonly Digested[]) {
  const hex = { sha256: sha256.toString('hex'), sha512: sha512.toString('hex') };
  return {
    parts: [{ id, kind, ...hex, ciphertextSha256: ciphertextSha256.toString('hex') }],
    from: from.map((origin) => ({ id: origin.id, sha256: origin.sha256.toString('hex') })),
  };
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

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
