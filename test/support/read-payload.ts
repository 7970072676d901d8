import { open } from 'node:fs/promises';
import { partPath, spoolFolder } from '../../recorder-core/capture/spool-folder.ts';
import { readPacketLog } from '../../recorder-core/media/packet-log-reader.ts';
import { parseRtp } from '../../recorder-core/media/rtp.ts';
import { contextOf, openDataKey, type PartAccess } from '../../recorder-core/records/open-part.ts';
import type { Part } from '../../recorder-core/records/parts.ts';
import { ChunkReader } from '../../recorder-core/vault/chunk-reader.ts';

/** The audio of a media part that is still in the spool, as it was sent, and the arrival of its last packet in ms. */
export async function readPayload(
  access: Pick<PartAccess, 'db' | 'keys'>,
  spool: string,
  tenantId: string,
  part: Part,
): Promise<{ audio: Buffer; lastPacketMs: number; closed: boolean }> {
  const file = await open(partPath(spoolFolder(spool, part.recordingId), part.id), 'r');
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Buffer> =>
      (await file.read(Buffer.alloc(length), 0, length, offset)).buffer;
    const key = await openDataKey(access, tenantId, part);
    const reader = new ChunkReader({ size, read }, key, contextOf(tenantId, part));
    const payloads: Buffer[] = [];
    let lastPacketMs = 0;
    let closed = false;
    for await (const entry of readPacketLog(reader.stream())) {
      if (entry.kind === 'end') closed = entry.closed;
      if (entry.kind !== 'rtp') continue;
      payloads.push(parseRtp(entry.bytes)?.payload ?? Buffer.alloc(0));
      lastPacketMs = entry.atMicros / 1000;
    }
    return { audio: Buffer.concat(payloads), lastPacketMs, closed };
  } finally {
    await file.close();
  }
}
