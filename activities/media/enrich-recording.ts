import { createHash } from 'node:crypto';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { measurePeaks } from '../../recorder-core/media/peaks.ts';
import { framesOf, renderPcm } from '../../recorder-core/media/render.ts';
import { joinSurveys, surveyAudio, type AudioSurvey } from '../../recorder-core/media/survey-audio.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { insertDataKey, insertKek } from '../../recorder-core/records/keys.ts';
import { openPart, contextOf, type OpenPart } from '../../recorder-core/records/open-part.ts';
import { insertPart, readParts, type Part } from '../../recorder-core/records/parts.ts';
import { lockRecording, readRecording, type Recording } from '../../recorder-core/records/recordings.ts';
import { encryptChunks } from '../../recorder-core/vault/chunk-encryptor.ts';
import { generateDataKey, wrapDataKey } from '../../recorder-core/vault/envelope.ts';
import type { MediaActivities } from '../contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Steps of a waveform; enough for the widest screen. */
const BUCKETS = 1200;

/** See `MediaActivities.enrichRecording`. */
export function enrichRecording(deps: ActivityDependencies): MediaActivities['enrichRecording'] {
  return async ({ tenantId, recordingId }) => {
    const { recording, parts } = await deps.db.forTenant(tenantId, async (tx) => ({
      recording: await readRecording(tx, recordingId),
      parts: await readParts(tx, recordingId),
    }));
    if (recording === undefined)
      throw new HoldfastError('not_found', 'The recording is not in the database.');
    const media = parts.filter(({ kind, bytes }) => kind === 'media' && bytes > 0);
    if (media.length === 0 || recording.durationMs === 0 || parts.some(({ kind }) => kind === 'waveform')) {
      return { derivedParts: 0 };
    }
    const peaks = await drawPeaks(deps, tenantId, recording, media);
    if (peaks === undefined) return { derivedParts: 0 };
    const stored = await storePart(deps, tenantId, recording, Buffer.from(JSON.stringify(peaks)));
    return { derivedParts: stored ? 1 : 0 };
  };
}

/** Nothing where no codec of the recording can be played: a picture of silence would say that nobody spoke. */
async function drawPeaks(
  deps: ActivityDependencies,
  tenantId: string,
  recording: Recording,
  media: readonly Part[],
) {
  const open: OpenPart[] = [];
  try {
    for (const part of media) open.push(await openPart(deps, tenantId, part));
    const surveys: AudioSurvey[] = [];
    for (const { reader } of open) surveys.push(await surveyAudio(reader.stream(), deps.speech));
    const { rate, codecs, silent } = joinSurveys(surveys);
    if (codecs.length > 0 && silent.length === codecs.length) return undefined;
    const frames = framesOf(recording.durationMs, rate);
    const pcm = renderPcm({
      parties: open.map(({ reader }) => reader.stream()),
      rate,
      speech: deps.speech,
      from: 0,
      to: frames,
      originMs: Date.parse(recording.startedAt),
    });
    const peaks = await measurePeaks(pcm, { channels: media.length, frames, buckets: BUCKETS });
    return { version: 1, labels: media.map(({ label }) => label), peaks };
  } finally {
    await Promise.all(open.map((part) => part.close()));
  }
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
