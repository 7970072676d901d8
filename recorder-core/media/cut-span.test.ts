import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CutLog, findCut, type CutTally } from './cut-span.ts';
import type { TimeSpan } from './find-cut.ts';
import { KeyPresses } from './key-presses.ts';
import {
  encodeCutRecord,
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodeRtcpRecord,
} from './packet-log.ts';
import { readPacketLog, type LogEntry } from './packet-log-reader.ts';
import { measureQuality } from './quality.ts';
import { renderPcm } from './render.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import { surveyChannel } from './survey-channel.ts';
import { PCMU } from './test-signal.ts';
import { placePackets } from './timeline.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

const START = 1_790_000_000_000;
const KEYS = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1 };
const RED = { payloadType: 102, name: 'RED', clockRate: 8000, channels: 1 };
const OPTIONS = { originMs: START, plan: undefined };

async function* stream(log: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < log.length; at += 700) yield log.subarray(at, at + 700);
}

async function entriesOf(log: Buffer): Promise<LogEntry[]> {
  return Array.fromAsync(readPacketLog(stream(log)));
}

async function cut(log: Buffer, span: TimeSpan): Promise<{ log: Buffer; tally: CutTally }> {
  const writing = new CutLog(await findCut(stream(log), span, OPTIONS));
  const bytes = Buffer.concat(await Array.fromAsync(writing.bytes(stream(log))));
  return { log: bytes, tally: writing.finish() };
}

const header = encodeLogHeader({ version: 2, label: '1', codecs: [PCMU, KEYS, RED], startedAtMs: START });

/** Each packet has a payload of its own, so that it can be looked for. */
function payload(i: number): Buffer {
  return createHash('sha512').update(`packet ${i}`).digest().subarray(0, 40);
}

interface Sent {
  readonly i: number;
  readonly lost: boolean;
  readonly twice: boolean;
  /** Ms that it is late. */
  readonly late: number;
}

/** A call of packets of 5 ms, with all that networks do to it; 20,000 further ones are left out after `pauseAfter`. */
function logOf(sent: readonly Sent[], pauseAfter = Infinity): Buffer {
  const arrivals = sent.flatMap(({ i, lost, twice, late }) => {
    if (lost) return [];
    const time = i > pauseAfter ? i + 400 : i;
    const rtp = buildRtp({
      payloadType: 0,
      sequence: (65_500 + i) & 0xffff,
      timestamp: (4_294_960_000 + time * 40) >>> 0,
      ssrc: 7,
      payload: payload(i),
    });
    const at = time * 5 + late;
    return [{ at, rtp }, ...(twice ? [{ at: at + 3, rtp }] : [])];
  });
  const records = arrivals
    .sort((a, b) => a.at - b.at)
    .map(({ at, rtp }) => encodePacketRecord(at * 1000, rtp));
  return Buffer.concat([header, ...records, encodeEventRecord(9e9, { type: 'closed' })]);
}

const arbitrarySent = fc
  .array(
    fc.record({
      lost: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      twice: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      late: fc.oneof({ arbitrary: fc.integer({ min: 0, max: 12 }), weight: 12 }, fc.constant(1500)),
    }),
    { minLength: 20, maxLength: 300 },
  )
  .map((list) => list.map((one, i) => ({ ...one, i })));
const arbitrarySpan = fc
  .tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 1, max: 700 }))
  .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length }));

/** Digest of all records but the first and the places of cut packets, as anybody works it out. */
function remainder(entries: readonly LogEntry[]): { records: number; sha256: string } {
  const hash = createHash('sha256');
  let records = 0;
  for (const entry of entries) {
    if (entry.kind === 'rtp') hash.update(encodePacketRecord(entry.atMicros, entry.bytes));
    else if (entry.kind === 'rtcp') hash.update(encodeRtcpRecord(entry.atMicros, entry.bytes));
    else if (entry.kind === 'event') hash.update(encodeEventRecord(entry.atMicros, entry.event));
    else continue;
    records += 1;
  }
  return { records, sha256: hash.digest('hex') };
}

describe('a span that is cut out of a packet log', () => {
  test('is silent, and every packet before and after stands where it stood, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySent,
        arbitrarySpan,
        fc.integer({ min: 0, max: 300 }),
        async (sent, span, n) => {
          const log = logOf(sent, n);
          const without = await cut(log, span);
          const [before, after] = [await placedOf(log), await placedOf(without.log)];
          expect(after.map(({ start, end, skip }) => ({ start, end, skip }))).toEqual(
            before.map(({ start, end, skip }) => ({ start, end, skip })),
          );
          for (const [i, packet] of before.entries()) {
            const inside =
              packet.start - packet.skip < span.toMs * TICKS_PER_MS &&
              packet.end > span.fromMs * TICKS_PER_MS;
            expect(after[i]?.cut).toBe(inside);
            if (!inside) expect(after[i]?.payload).toEqual(packet.payload);
            else expect(without.log.includes(packet.payload)).toBe(false);
          }
          const unheard = sent.filter(
            ({ i, late }) => late > 1000 && !before.some((one) => one.payload.equals(payload(i))),
          );
          for (const { i } of unheard) expect(without.log.includes(payload(i))).toBe(false);
          expect(remainder(await entriesOf(without.log))).toEqual(without.tally.kept);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('sounds as before outside, sample for sample, and is told as cut with nothing lost', async () => {
    const log = logOf(Array.from({ length: 800 }, (_, i) => ({ i, lost: i === 700, twice: false, late: 0 })));
    const without = await cut(log, { fromMs: 1000, toMs: 3000 });
    const [before, after] = [await samples(log), await samples(without.log)];
    expect(after.subarray(8000, 24_000).every((sample) => sample === 0)).toBe(true);
    expect(after.subarray(0, 8000)).toEqual(before.subarray(0, 8000));
    expect(after.subarray(24_000)).toEqual(before.subarray(24_000));
    const told = await survey(without.log);
    expect(told.segments).toMatchObject([
      { kind: 'audio', offsetMs: 0, durationMs: 1000 },
      { kind: 'gap', reason: 'cut', offsetMs: 1000, durationMs: 2000 },
      { kind: 'audio', durationMs: 500 },
      { kind: 'gap', reason: 'loss', durationMs: 5 },
      { kind: 'audio', offsetMs: 3505 },
    ]);
    const quality = await measureQuality(readPacketLog(stream(without.log)));
    expect(quality.summary.lost).toBe(1);
    expect(without.tally.packets).toBe(400);
  });

  test('takes nothing where nothing was received, and can be cut a second time', async () => {
    const log = logOf(Array.from({ length: 100 }, (_, i) => ({ i, lost: false, twice: false, late: 0 })));
    expect((await cut(log, { fromMs: 5000, toMs: 6000 })).tally.packets).toBe(0);
    const once = await cut(log, { fromMs: 100, toMs: 200 });
    const again = await cut(once.log, { fromMs: 150, toMs: 300 });
    expect([once.tally.packets, again.tally.packets]).toEqual([20, 20]);
    const { segments } = await survey(again.log);
    expect(segments).toMatchObject([
      { kind: 'audio', durationMs: 100 },
      { kind: 'gap', reason: 'cut', durationMs: 200 },
      { kind: 'audio', durationMs: 200 },
      { kind: 'gap', reason: 'ended' },
    ]);
  });
});

test('keys that were pressed in the span are gone, also where a press began before it or was repeated after it', async () => {
  const press = (code: number, atMs: number, at: readonly number[]) =>
    at.map((ms, n) => {
      const body = Buffer.from([code, n === at.length - 1 ? 0x8a : 0x0a, 0, 160]);
      const fields = { payloadType: 101, sequence: atMs + n, timestamp: atMs * 8, ssrc: 7, payload: body };
      return encodePacketRecord(ms * 1000, buildRtp(fields));
    });
  const log = Buffer.concat([
    header,
    ...press(1, 100, [100, 120]),
    ...press(2, 480, [480, 500]),
    ...press(3, 700, [700, 720]),
    ...press(4, 990, [990, 1010]),
    ...press(5, 1200, [1200, 1220]),
  ]);
  const without = await cut(log, { fromMs: 490, toMs: 1000 });
  const keys = new KeyPresses();
  const pressed = (await entriesOf(without.log)).flatMap((entry) => keys.push(entry)?.digit ?? []);
  expect(pressed).toEqual(['1', '5']);
  expect(without.tally.packets).toBe(6);
});

test('a packet after the span that says again what was said in it goes too', async () => {
  const redundant = (i: number) =>
    buildRtp({
      payloadType: 102,
      sequence: i,
      timestamp: i * 160,
      ssrc: 7,
      payload: Buffer.concat([
        Buffer.from([0x80, (160 << 2) >> 8, ((160 << 2) & 0xff) | 0, 40, 0]),
        payload(i - 1),
        payload(i),
      ]),
    });
  const log = Buffer.concat([
    header,
    ...Array.from({ length: 50 }, (_, i) => encodePacketRecord(i * 20_000, redundant(i))),
  ]);
  const without = await cut(log, { fromMs: 200, toMs: 400 });
  for (let i = 10; i < 20; i += 1) expect(without.log.includes(payload(i))).toBe(false);
  expect(without.log.includes(payload(21))).toBe(true);
});

test('what is left of a packet has neither its payload nor its extensions, and a log of an earlier version has none such', async () => {
  const extension = { profile: 0xbede, data: Buffer.from('secr') };
  const rtp = buildRtp({
    payloadType: 0,
    sequence: 1,
    timestamp: 0,
    ssrc: 7,
    csrcs: [9],
    extension,
    payload: payload(1),
  });
  const record = encodeCutRecord(1, rtp, 40);
  expect(record).toHaveLength(9 + 16);
  expect(parseRtp(record.subarray(9, 21))).toMatchObject({ sequence: 1, ssrc: 7, csrcs: [] });
  await expect(entriesOf(Buffer.concat([header, record]))).rejects.toMatchObject({
    code: 'integrity_failed',
  });
});

function placedOf(log: Buffer) {
  return Array.fromAsync(placePackets(readPacketLog(stream(log)), OPTIONS));
}

async function samples(log: Buffer): Promise<Int16Array> {
  const pieces = await Array.fromAsync(
    renderPcm({
      parties: [[{ log: stream(log) }]],
      rate: 8000,
      originMs: START,
      speech: undefined,
      from: 0,
      to: 32_000,
    }),
  );
  const bytes = Buffer.concat(pieces);
  return Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2));
}

function survey(log: Buffer) {
  return surveyChannel([{ log: stream(log) }], {
    originMs: START,
    durationMs: 4000,
    window: { fromMs: 0, limit: 100 },
  });
}
