import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { openKek } from '../../recorder-core/capture/sealing/seal-recording.ts';
import { partPath, spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { contextOf, readManifest } from '../../recorder-core/capture/spool-manifest.ts';
import { PacketLogReader, type LogEntry } from '../../recorder-core/media/packet-log-reader.ts';
import { parseRtp, type RtpPacket } from '../../recorder-core/media/rtp.ts';
import { ChunkReader } from '../../recorder-core/vault/chunk-reader.ts';
import { unwrapDataKey } from '../../recorder-core/vault/envelope.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';

/** One stream of a recording in the spool, decrypted. */
export interface SpooledStream {
  readonly partId: string;
  readonly label: string;
  /** In the order in which they were stored. */
  readonly packets: readonly RtpPacket[];
  readonly entries: readonly LogEntry[];
  /** The recorder closed the log in good order. */
  readonly closed: boolean;
  /** SHA-256 (hex) of the plaintext of the part. */
  readonly sha256: string;
}

/** Reads the media of a recording whose sealed folder is still in the spool. */
export async function readSpooledCall(
  spool: string,
  recordingId: string,
  keys: KeyProvider,
): Promise<SpooledStream[]> {
  const folder = spoolFolder(spool, recordingId);
  const manifest = await readManifest(folder);
  if (manifest === undefined) throw new Error(`The spool has no manifest of ${recordingId}.`);
  const kek = await openKek(manifest, keys);
  const media = manifest.parts.filter(({ kind }) => kind === 'media');
  return Promise.all(
    media.map(({ id, label, wrappedKey }) => {
      const context = contextOf(manifest, id);
      return readStream(partPath(folder, id), {
        partId: id,
        label: label ?? '',
        context,
        key: unwrapDataKey(kek, wrappedKey, context),
      });
    }),
  );
}

async function readStream(
  path: string,
  part: { partId: string; label: string; key: Buffer; context: Buffer },
): Promise<SpooledStream> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
    const hash = createHash('sha256');
    const log = new PacketLogReader();
    const entries: LogEntry[] = [];
    for await (const piece of new ChunkReader({ size, read }, part.key, part.context).stream()) {
      hash.update(piece);
      entries.push(...log.push(piece));
    }
    const { partId, label } = part;
    const packets = entries.flatMap((entry) => (entry.kind === 'rtp' ? (parseRtp(entry.bytes) ?? []) : []));
    const end = log.end();
    return {
      partId,
      label,
      packets,
      entries: [...entries, end],
      closed: end.closed,
      sha256: hash.digest('hex'),
    };
  } finally {
    await file.close();
  }
}
