import { createHash } from 'node:crypto';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { channelsOf } from '../../recorder-core/records/channels.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { insertDataKey, insertKek } from '../../recorder-core/records/keys.ts';
import { contextOf } from '../../recorder-core/records/open-part.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { insertPart, readParts } from '../../recorder-core/records/parts.ts';
import { lockRecording, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
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
    const received = parts.some(({ kind, bytes }) => kind === 'media' && bytes > 0);
    if (!received || recording.durationMs === 0 || parts.some(({ kind }) => kind === 'waveform')) {
      return { derivedParts: 0 };
    }
    const waveform = await drawWaveform(deps, tenantId, recording, channelsOf(parts, parties));
    if (waveform === undefined) return { derivedParts: 0 };
    const stored = await storePart(deps, tenantId, recording, Buffer.from(JSON.stringify(waveform)));
    return { derivedParts: stored ? 1 : 0 };
  };
}

/**
 * Encrypts and stores a derived part under a key of its own, so that it can be destroyed alone. Answers false, and
 * leaves nothing behind, where another attempt was quicker or the recording is being disposed of.
 */
async function storePart(
  deps: ActivityDependencies,
  tenantId: string,
  recording: Recording,
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
  const ciphertextSha256 = createHash('sha256').update(bytes).digest();
  const key = objectKey({ region, tenantId, recordingId }, id);
  await deps.objects.put(key, oneChunk(bytes), {
    sha256: ciphertextSha256.toString('hex'),
    size: bytes.length,
  });
  const stored = await deps.db.forTenant(tenantId, async (tx) => {
    if (!(await mayDerive(tx, recordingId))) return false;
    await insertKek(tx, tenantId, { ...kek, ...kek.scope });
    await insertPart(tx, tenantId, {
      id,
      recordingId,
      kind: 'waveform',
      label: null,
      version: 1,
      store: 'objects',
      objectKey: key,
      bytes: plaintext.length,
      ciphertextBytes: bytes.length,
      sha256: createHash('sha256').update(plaintext).digest(),
      sha512: createHash('sha512').update(plaintext).digest(),
      ciphertextSha256,
    });
    await insertDataKey(tx, tenantId, id, kek.id, wrapDataKey(kek.key, dataKey, context));
    return true;
  });
  if (!stored) await deps.objects.delete(key);
  return stored;
}

/** Asked under the lock that a disposal takes too: no key is added to a recording whose keys are being destroyed. */
async function mayDerive(tx: Tx, recordingId: string): Promise<boolean> {
  const recording = await lockRecording(tx, recordingId);
  if (recording?.state !== 'stored' && recording?.state !== 'retained') return false;
  return !(await readParts(tx, recordingId)).some(({ kind }) => kind === 'waveform');
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
