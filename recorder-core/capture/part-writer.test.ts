import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runOnLimitedDisk } from '../../test/support/limited-disk.ts';
import { encodePacketRecord } from '../media/packet-log.ts';
import { CHUNK_BYTES } from '../vault/chunk-format.ts';
import { bufferSource, ChunkReader } from '../vault/chunk-reader.ts';
import { recoverAfterCrash } from '../vault/crash-recovery.ts';
import { PartWriter } from './part-writer.ts';
import { readJournal } from './session-journal.ts';
import { WriteBacklog } from './write-backlog.ts';

const KEY = randomBytes(32);
const CONTEXT = Buffer.from('context');
const RECORDING = '019a9c00-0000-7000-8000-000000000001';
const noFault = (error: unknown): never => {
  throw error;
};
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-part-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function plaintextOf(path: string): Promise<Buffer> {
  const reader = new ChunkReader(bufferSource(await readFile(path)), KEY, CONTEXT);
  return reader.read(0, await reader.size());
}

/** Pieces as packets come, and now and then one that spans chunks. */
const pieces = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    fc.nat(2 * CHUNK_BYTES + 1).map((length) => new Uint8Array(length).fill(length)),
  ),
  { maxLength: 12 },
);

describe('the writer of a part', () => {
  test('leaves packets out while the disk does not keep up, says so once, and takes them again afterwards', async () => {
    const path = join(folder, `part-${count++}`);
    const faults: unknown[] = [];
    const options = { path, key: KEY, context: CONTEXT, onFault: (error: unknown) => faults.push(error) };
    const backlog = new WriteBacklog(3 * CHUNK_BYTES);
    const writer = await PartWriter.create({ ...options, backlog });
    const packet = Buffer.alloc(1000, 7);
    const most = 5 * CHUNK_BYTES;
    for (let sent = 0; sent < 20 * CHUNK_BYTES; sent += packet.length) writer.writePacket(0, packet); // in one turn
    expect(faults).toMatchObject([{ code: 'unavailable' }]);
    while (backlog.full) await new Promise(setImmediate);
    const late = Buffer.alloc(100, 9);
    writer.writePacket(0, late);
    await writer.close();
    const kept = await plaintextOf(path);
    expect(kept.length).toBeLessThan(most);
    expect(kept.subarray(-late.length)).toEqual(late);
    expect(faults).toHaveLength(1);
  });

  test('writes what reads back as the pieces in their order, however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (written) => {
        const path = join(folder, `part-${count++}`);
        const writer = await PartWriter.create({ path, key: KEY, context: CONTEXT, onFault: noFault });
        for (const piece of written) writer.write(piece);
        expect(writer.pendingBytes).toBeLessThan(CHUNK_BYTES);
        await writer.close();
        expect((await plaintextOf(path)).equals(Buffer.concat(written))).toBe(true);
        await rm(path);
      }),
      { numRuns: 100 },
    );
  });

  test('writes a packet as its record, also where the record spans two chunks', async () => {
    const packet = fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes));
    const packets = fc.array(fc.tuple(fc.nat(1e9), packet), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(packets, async (written) => {
        const path = join(folder, `part-${count++}`);
        const writer = await PartWriter.create({ path, key: KEY, context: CONTEXT, onFault: noFault });
        for (const [atMicros, rtp] of written) writer.writePacket(atMicros, rtp);
        expect(writer.pendingBytes).toBeLessThan(CHUNK_BYTES);
        await writer.close();
        const records = written.map(([atMicros, rtp]) => encodePacketRecord(atMicros, rtp));
        expect((await plaintextOf(path)).equals(Buffer.concat(records))).toBe(true);
        await rm(path);
      }),
      { numRuns: 50 },
    );
  });

  test('has its header on the disk before any media, so that even an empty part can be recovered', async () => {
    const path = join(folder, 'header');
    const writer = await PartWriter.create({ path, key: KEY, context: CONTEXT, onFault: noFault });
    expect((await readFile(path)).length).toBeGreaterThan(0);
    await writer.close();
    expect((await plaintextOf(path)).length).toBe(0);
    await expect(
      PartWriter.create({ path, key: KEY, context: CONTEXT, onFault: noFault }),
    ).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  test('on a disk that refuses, says so once and leaves a valid beginning; the journal leaves out only what was refused', async () => {
    const disk = await runOnLimitedDisk(
      join(import.meta.dirname, '../../test/support/limited-disk-writer.ts'),
      [folder, KEY.toString('hex'), RECORDING],
      50_000,
    );
    expect(disk).toEqual({
      faults: ['unavailable'],
      outcomes: ['kept', 'unavailable', 'kept', 'unavailable', 'kept'],
    });

    const path = join(folder, 'part');
    const { plaintextBytes, droppedBytes } = await recoverAfterCrash(path, KEY, CONTEXT);
    expect(plaintextBytes).toBe(3 * CHUNK_BYTES); // the whole chunks that fit
    expect(droppedBytes).toBeGreaterThan(0); // the disk took half a chunk
    const sent = Buffer.concat(Array.from({ length: 10 }, (_, piece) => Buffer.alloc(10_000, piece)));
    expect((await plaintextOf(path)).equals(sent.subarray(0, plaintextBytes))).toBe(true);

    const entries = await readJournal(join(folder, 'journal'), KEY, RECORDING);
    expect(entries.map(({ atMs }) => atMs)).toEqual([100, 200, 300]);
  });
});
