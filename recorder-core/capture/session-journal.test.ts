import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readJournal, SessionJournal, type JournalEntry } from './session-journal.ts';

const KEY = randomBytes(32);
const RECORDING = '019a9c00-0000-7000-8000-000000000001';
const DAMAGED = { code: 'integrity_failed' };
const ENTRIES: JournalEntry[] = [
  {
    type: 'started',
    atMs: 1.5,
    callId: 'call-1',
    source: { transport: 'udp', address: '192.0.2.1', port: 5060 },
    request: 'INVITE sip:recorder@192.0.2.9 SIP/2.0\r\n\r\n',
    consent: {
      outcome: 'ASSENT',
      reasons: ['why'],
      rules: [{ id: 'a/b' }],
      packDigest: '00',
      decidedAt: 'now',
    },
  },
  { type: 'offer', atMs: 2, method: 'INVITE', body: 'b2ZmZXI=' },
  { type: 'answer', atMs: 3, body: 'v=0' },
  { type: 'parties', atMs: 4, parties: [] },
  { type: 'warnings', atMs: 5, warnings: ['a warning', 'ünïcode'] },
  { type: 'ended', atMs: 6, reason: 'bye', streams: [{ label: '1', packets: 3 }] },
];

let folder: string;
let path: string;
let whole: Buffer;
/** Where each entry ends in the file. */
const ends: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-journal-'));
  path = join(folder, 'damaged');
  const written = join(folder, 'whole');
  const journal = await SessionJournal.create(written, KEY, RECORDING);
  for (const entry of ENTRIES) {
    await journal.append(entry);
    ends.push((await readFile(written)).length);
  }
  await journal.close();
  whole = await readFile(written);
});
afterAll(() => rm(folder, { recursive: true }));

async function readBack(bytes: Buffer, recordingId = RECORDING): Promise<JournalEntry[]> {
  await writeFile(path, bytes);
  return readJournal(path, KEY, recordingId);
}

/** The stored form of one entry. */
function frame(index: number): Buffer {
  return whole.subarray(ends[index - 1] ?? 0, ends[index]);
}

describe('the journal of a session', () => {
  test('reads back what was appended, in the order of the calls, also without waiting between them', async () => {
    expect(await readBack(whole)).toEqual(ENTRIES);
    const hurried = await SessionJournal.create(join(folder, 'hurried'), KEY, RECORDING);
    await Promise.all([...ENTRIES.map((entry) => hurried.append(entry)), hurried.flush()]);
    await hurried.close();
    expect(await readJournal(join(folder, 'hurried'), KEY, RECORDING)).toEqual(ENTRIES);
  });

  test('is empty where there is no file, and is never written over', async () => {
    expect(await readJournal(join(folder, 'none'), KEY, RECORDING)).toEqual([]);
    await expect(SessionJournal.create(join(folder, 'whole'), KEY, RECORDING)).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  test('refuses an entry that could not be read back, and goes on without it', async () => {
    const kept = join(folder, 'too-large');
    const journal = await SessionJournal.create(kept, KEY, RECORDING);
    await journal.append(...ENTRIES.slice(0, 2));
    const endless: JournalEntry = { type: 'warnings', atMs: 6, warnings: ['x'.repeat(4 * 1024 * 1024)] };
    await expect(journal.append(...ENTRIES.slice(2, 3), endless)).rejects.toMatchObject({
      code: 'too_large',
    });
    const timeless: JournalEntry = { type: 'answer', atMs: Number.NaN, body: '' };
    await expect(journal.append(timeless)).rejects.toMatchObject({ code: 'internal' });
    await journal.append(...ENTRIES.slice(2));
    await journal.close();
    expect(await readJournal(kept, KEY, RECORDING)).toEqual(ENTRIES);
  });

  test('cut at any byte, reads back the entries that were whole and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (cut) => {
        const complete = ends.filter((end) => end <= cut).length;
        expect(await readBack(whole.subarray(0, cut))).toEqual(ENTRIES.slice(0, complete));
      }),
      { numRuns: 200, examples: [[0], ...ends.flatMap((end): [number][] => [[end - 1], [end], [end + 7]])] },
    );
  });

  test('with room at its end that a power cut left unfilled, reads back every entry', async () => {
    for (const room of [1, 8, 4096]) {
      expect(await readBack(Buffer.concat([whole, Buffer.alloc(room)]))).toEqual(ENTRIES);
    }
  });

  test('with any one byte changed, is refused as a whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = Buffer.from(whole);
        changed[at]! ^= difference;
        await expect(readBack(changed)).rejects.toMatchObject(DAMAGED);
      }),
      // The length of an entry is where a changed byte could pass for a torn end.
      {
        numRuns: 200,
        examples: [0, ...ends.slice(0, -1)].flatMap((at): [number, number][] => [
          [at + 1, 1],
          [at + 2, 1],
          [at + 3, 1],
        ]),
      },
    );
  });

  test('refuses entries that were reordered, left out, repeated or taken from another recording', async () => {
    const frames = ENTRIES.map((_entry, index) => frame(index));
    const [first, second, ...rest] = frames as [Buffer, Buffer, ...Buffer[]];
    for (const order of [
      [second, first, ...rest],
      [second, ...rest],
      [first, ...rest],
      [first, first, second, ...rest],
    ]) {
      await expect(readBack(Buffer.concat(order))).rejects.toMatchObject(DAMAGED);
    }
    await expect(readBack(whole, RECORDING.replace(/1$/, '2'))).rejects.toMatchObject(DAMAGED);
    await expect(readJournal(join(folder, 'whole'), randomBytes(32), RECORDING)).rejects.toMatchObject(
      DAMAGED,
    );
  });

  test('holds nothing in the clear', () => {
    for (const text of ['call-1', '192.0.2.1', 'INVITE', 'ASSENT', 'bye'])
      expect(whole.includes(text)).toBe(false);
  });
});
