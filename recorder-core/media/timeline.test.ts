import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogEvent } from './packet-log.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import type { Segment } from './segments.ts';
import { ChannelSegments } from './segments.ts';
import { packetise, PCMU, seededRandom, sineWave } from './test-signal.ts';
import type { PlacedPacket } from './timeline.ts';
import { placePackets } from './timeline.ts';
import { TICKS_PER_MS } from './timeline-clock.ts';

interface Arrival {
  atMs: number;
  rtp: Buffer;
}

const header: LogEntry = {
  kind: 'header',
  header: { version: 1, label: '1', codecs: [PCMU], startedAtMs: 1000 },
};

const TONE = sineWave({ frequencyHz: 441, samples: 400 * 160 });

/** A call of `count` packets of 20 ms, arriving on time, from any sequence number and timestamp. */
function call(
  count: number,
  options: { sequence?: number; timestamp?: number; ssrc?: number; fromMs?: number } = {},
): Arrival[] {
  const { sequence = 1, timestamp = 0, ssrc = 7, fromMs = 0 } = options;
  const pcm = TONE.subarray(0, count * 160);
  return packetise({ pcm, codec: PCMU, ssrc, firstSequence: sequence, firstTimestamp: timestamp }).map(
    (rtp, i) => ({
      atMs: fromMs + i * 20,
      rtp,
    }),
  );
}

function toEntries(
  arrivals: readonly Arrival[],
  events: readonly { atMs: number; event: LogEvent }[] = [],
): LogEntry[] {
  const timed = [
    ...arrivals.map(({ atMs, rtp }) => ({ kind: 'rtp' as const, atMicros: atMs * 1000, bytes: rtp })),
    ...events.map(({ atMs, event }) => ({ kind: 'event' as const, atMicros: atMs * 1000, event })),
  ];
  timed.sort((a, b) => a.atMicros - b.atMicros);
  return [header, ...timed, { kind: 'end', truncated: false, closed: true }];
}

async function* stream(entries: readonly LogEntry[]): AsyncGenerator<LogEntry> {
  yield* entries;
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function placed(entries: readonly LogEntry[], originMs?: number): Promise<PlacedPacket[]> {
  return collect(placePackets(stream(entries), { originMs }));
}

function segments(entries: readonly LogEntry[], durationMs?: number): Segment[] {
  const channel = new ChannelSegments({ durationMs });
  channel.begin();
  return [...entries.flatMap((entry) => channel.push(entry)), ...channel.finish()];
}

const startsMs = (packets: readonly PlacedPacket[]) => packets.map(({ start }) => start / TICKS_PER_MS);

describe('the timeline', () => {
  it('keeps every length exact under loss, duplication, delay and both wraps, in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 0xffff }),
        fc.nat({ max: 0xffffffff }),
        fc.nat({ max: 1_000_000 }),
        async (sequence, timestamp, seed) => {
          const random = seededRandom(seed);
          const sent = call(150, { sequence, timestamp });
          // The first packet and every tenth are prompt, as the least transit needs; the rest are up to 300 ms late.
          const kept = sent.filter((_, i) => i % 10 === 0 || i === 149 || random() > 0.2);
          const arrivals = kept.flatMap(({ atMs, rtp }) => {
            const prompt = (atMs / 20) % 10 === 0;
            const late = prompt ? atMs : atMs + random() * 300;
            return random() < 0.1
              ? [
                  { atMs: late, rtp },
                  { atMs: late + 5, rtp },
                ]
              : [{ atMs: late, rtp }];
          });
          const packets = await placed(toEntries(arrivals));
          expect(startsMs(packets)).toEqual(kept.map(({ atMs }) => atMs));
          const payloads = kept.map(({ rtp }) => parseRtp(rtp)!.payload);
          expect(Buffer.concat(packets.map(({ payload }) => payload)).equals(Buffer.concat(payloads))).toBe(
            true,
          );
          const list = segments(toEntries(arrivals), 3500);
          expect(list.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(3500);
          const heard = list
            .filter(({ kind }) => kind === 'audio')
            .reduce((sum, { durationMs }) => sum + durationMs, 0);
          expect(heard).toBe(kept.length * 20);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives the segments of a call with loss, hold and an early end', async () => {
    const before = call(50);
    const lossy = before.filter((_, i) => i < 20 || i >= 25);
    const after = call(50, { sequence: 51, timestamp: 50 * 160 + 3 * 8000, fromMs: 4000 });
    const events = [
      { atMs: 1000, event: { type: 'hold' as const } },
      { atMs: 4000, event: { type: 'resume' as const } },
    ];
    expect(segments(toEntries([...lossy, ...after], events), 6000)).toEqual([
      { kind: 'audio', offsetMs: 0, durationMs: 400 },
      { kind: 'gap', offsetMs: 400, durationMs: 100, reason: 'loss' },
      { kind: 'audio', offsetMs: 500, durationMs: 500 },
      { kind: 'gap', offsetMs: 1000, durationMs: 3000, reason: 'hold' },
      { kind: 'audio', offsetMs: 4000, durationMs: 1000 },
      { kind: 'gap', offsetMs: 5000, durationMs: 1000, reason: 'ended' },
    ]);
  });

  it.each([2000, 120_000])(
    'marks %d ms in which the recorder stored nothing as paused, not as loss',
    async (pauseMs) => {
      const sent = call(100).concat(
        call(50, {
          sequence: (101 + pauseMs / 20) & 0xffff,
          timestamp: 100 * 160 + pauseMs * 8,
          fromMs: 2000 + pauseMs,
        }),
      );
      const events = [
        { atMs: 2000, event: { type: 'paused' as const } },
        { atMs: 2000 + pauseMs, event: { type: 'continued' as const } },
        { atMs: 2950 + pauseMs, event: { type: 'paused' as const } },
      ];
      expect(segments(toEntries(sent, events), 4000 + pauseMs)).toEqual([
        { kind: 'audio', offsetMs: 0, durationMs: 2000 },
        { kind: 'gap', offsetMs: 2000, durationMs: pauseMs, reason: 'paused' },
        { kind: 'audio', offsetMs: 2000 + pauseMs, durationMs: 1000 },
        { kind: 'gap', offsetMs: 3000 + pauseMs, durationMs: 1000, reason: 'paused' },
      ]);
    },
  );

  it('does not call a later silence of the sender a loss', async () => {
    const lossy = call(50).filter((_, i) => i !== 20);
    const after = call(50, { sequence: 51, timestamp: 150 * 160, fromMs: 3000 });
    const gaps = segments(toEntries([...lossy, ...after])).filter(({ kind }) => kind === 'gap');
    expect(gaps).toEqual([
      { kind: 'gap', offsetMs: 400, durationMs: 20, reason: 'loss' },
      { kind: 'gap', offsetMs: 1000, durationMs: 2000, reason: 'silence' },
    ]);
  });

  it.each([
    ['the clock stood still', { sequence: 51, timestamp: 50 * 160 }, 'clock'],
    ['the clock ran on', { sequence: 51, timestamp: 50 * 160 + 24_000 }, 'silence'],
    ['the clock was set anew', { sequence: 51, timestamp: 0x9000_0000 }, 'clock'],
    ['the numbering began again', { sequence: 30_000, timestamp: 0x9000_0000 }, 'source-change'],
    ['another source took over', { sequence: 9, timestamp: 0x9000_0000, ssrc: 8 }, 'source-change'],
  ])('keeps a pause of 3 s when %s', async (_, resumed, reason) => {
    const arrivals = [...call(50), ...call(50, { ...resumed, fromMs: 4000 })];
    expect(segments(toEntries(arrivals))).toEqual([
      { kind: 'audio', offsetMs: 0, durationMs: 1000 },
      { kind: 'gap', offsetMs: 1000, durationMs: 3000, reason },
      { kind: 'audio', offsetMs: 4000, durationMs: 1000 },
    ]);
  });

  it('does not mistake a network that stalls for 3 s and then catches up for a pause', async () => {
    const arrivals = call(400).map(({ atMs, rtp }) => ({
      atMs: atMs >= 2000 && atMs < 5000 ? 5000 : atMs,
      rtp,
    }));
    expect(segments(toEntries(arrivals))).toEqual([{ kind: 'audio', offsetMs: 0, durationMs: 8000 }]);
  });

  it.each([200, -200])(
    'stays within 10 ms of the wall clock for ten minutes of %d ppm drift',
    async (ppm) => {
      const random = seededRandom(ppm + 1000);
      const count = 30_000;
      const payload = Buffer.alloc(160, 0xff);
      async function* drifting(): AsyncGenerator<LogEntry> {
        yield header;
        for (let i = 0; i < count; i++) {
          const sentMs = i * 20 * (1 + ppm / 1e6);
          const atMicros = Math.round((sentMs + random() * 15) * 1000);
          const fields = { payloadType: 0, sequence: i & 0xffff, timestamp: i * 160, ssrc: 7, payload };
          yield { kind: 'rtp', atMicros, bytes: buildRtp(fields) };
        }
        yield { kind: 'end', truncated: false, closed: true };
      }
      let worst = 0;
      let i = 0;
      for await (const { start } of placePackets(drifting())) {
        worst = Math.max(worst, Math.abs(start / TICKS_PER_MS - i * 20 * (1 + ppm / 1e6)));
        i++;
      }
      expect(i).toBe(count);
      expect(worst).toBeLessThan(10);
    },
  );

  it('marks comfort noise, key presses and sound that cannot be decoded, without counting them as loss', async () => {
    const audio = call(30);
    const other = (payloadType: number, i: number, timestamp = i * 160) => ({
      atMs: i * 20,
      rtp: buildRtp({
        payloadType,
        sequence: 1 + i,
        timestamp,
        ssrc: 7,
        payload: Buffer.alloc(payloadType === 13 ? 1 : 4),
      }),
    });
    const arrivals = [
      ...audio.slice(0, 10),
      other(13, 10),
      ...audio.slice(20).map(({ rtp }, i) => {
        const packet = parseRtp(rtp)!;
        return { atMs: 400 + i * 20, rtp: buildRtp({ ...packet, sequence: 12 + i }) };
      }),
    ];
    expect(segments(toEntries(arrivals))).toEqual([
      { kind: 'audio', offsetMs: 0, durationMs: 200 },
      { kind: 'gap', offsetMs: 200, durationMs: 200, reason: 'comfort-noise' },
      { kind: 'audio', offsetMs: 400, durationMs: 200 },
    ]);
    const codecs = [PCMU, { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1 }];
    const keys = [
      header,
      ...toEntries([
        ...audio.slice(0, 10),
        ...[10, 11, 12].map((i) => other(101, i, 1600)),
        ...audio.slice(13),
      ]).slice(1),
    ];
    keys[0] = { kind: 'header', header: { version: 1, label: '1', codecs, startedAtMs: 1000 } };
    expect(segments(keys).filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', offsetMs: 200, durationMs: 60, reason: 'telephone-event' },
    ]);
    const unknown = [...audio.slice(0, 10), ...[10, 11, 12].map((i) => other(77, i)), ...audio.slice(13)];
    expect(segments(toEntries(unknown)).filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', offsetMs: 200, durationMs: 60, reason: 'not-decodable' },
    ]);
  });

  it('puts parties with different log starts on one origin', async () => {
    const [first] = await placed(toEntries(call(5)), 400);
    expect(first).toMatchObject({ start: 600 * TICKS_PER_MS, gapReason: 'not-started' });
  });

  it('is silence of the whole length when nothing came, or the log was cut before its header', async () => {
    const silence = [{ kind: 'gap', offsetMs: 0, durationMs: 500, reason: 'not-started' }];
    expect(segments(toEntries([]), 500)).toEqual(silence);
    expect(segments([{ kind: 'end', truncated: true, closed: false }], 500)).toEqual(silence);
  });

  it('never lets packets overlap or go back, whatever arrives', async () => {
    const arrival = fc.record({
      atMs: fc.nat({ max: 4000 }),
      sequence: fc.nat({ max: 0xffff }),
      timestamp: fc.nat({ max: 0xffffffff }),
      ssrc: fc.nat({ max: 1 }),
      payloadType: fc.constantFrom(0, 8, 13, 50),
      bytes: fc.nat({ max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 60 }), async (list) => {
        const arrivals = list.map(({ atMs, bytes, ...rest }) => ({
          atMs,
          rtp: buildRtp({ ...rest, payload: Buffer.alloc(bytes) }),
        }));
        let end = 0;
        for (const packet of await placed(toEntries(arrivals))) {
          expect(packet.start).toBeGreaterThanOrEqual(end);
          expect(packet.end).toBeGreaterThan(packet.start);
          expect(packet.gapReason !== undefined).toBe(packet.start > end);
          end = packet.end;
        }
        const total = segments(toEntries(arrivals), 5000).reduce(
          (sum, { durationMs }) => sum + durationMs,
          0,
        );
        expect(total).toBeCloseTo(5000, 6);
      }),
      { numRuns: 100 },
    );
  });
});
