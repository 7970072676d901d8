import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeChannel } from './channel-timeline.ts';
import { decodePcmu, encodePcmu } from './g711.ts';
import { measureQuality } from './quality.ts';
import { encodeEventRecord, encodeLogHeader, encodePacketRecord, type LogEvent } from './packet-log.ts';
import { PacketLogReader, readPacketLog, type LogEntry } from './packet-log-reader.ts';
import { renderPcm } from './render.ts';
import { ChannelSegments, type Segment } from './segments.ts';
import { packetise, PCMU, sineWave } from './test-signal.ts';

const START = 1_700_000_000_000;
const FRAMES_PER_MS = 8;

interface PartOptions {
  readonly fromMs: number;
  readonly packets: number;
  readonly pitchHz?: number;
  readonly events?: readonly { readonly atMs: number; readonly event: LogEvent }[];
  /** As of a recorder that was killed: its log has no last record. */
  readonly broken?: boolean;
}

const toneOf = ({ packets, pitchHz = 500 }: PartOptions) =>
  sineWave({ frequencyHz: pitchHz, samples: packets * 160 });

/** One packet log of a line: its packets come every 20 ms from `fromMs` on. */
function logOf(options: PartOptions): Buffer {
  const { fromMs, packets, events = [], broken = false } = options;
  const rtp = packetise({
    pcm: toneOf(options),
    codec: PCMU,
    ssrc: fromMs + 1,
    firstSequence: fromMs,
    firstTimestamp: fromMs * 8,
  });
  const endMs = fromMs + packets * 20;
  const closed = broken ? [] : [{ atMs: endMs, bytes: encodeEventRecord(endMs * 1000, { type: 'closed' }) }];
  const records = [
    ...rtp.map((bytes, i) => ({
      atMs: fromMs + i * 20,
      bytes: encodePacketRecord((fromMs + i * 20) * 1000, bytes),
    })),
    ...events.map(({ atMs, event }) => ({ atMs, bytes: encodeEventRecord(atMs * 1000, event) })),
  ].sort((a, b) => a.atMs - b.atMs);
  const header = encodeLogHeader({ version: 2, label: '1', codecs: [PCMU], startedAtMs: START });
  return Buffer.concat([header, ...[...records, ...closed].map(({ bytes }) => bytes)]);
}

async function* chunked(log: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += 700) yield log.subarray(at, at + 700);
}

const partsOf = (logs: readonly Buffer[]) => logs.map((log) => ({ log: chunked(log) }));

async function render(logs: readonly Buffer[], from: number, to: number): Promise<Int16Array> {
  const parties = [partsOf(logs)];
  const blocks = await Array.fromAsync(renderPcm({ parties, rate: 8000, originMs: START, from, to }));
  return new Int16Array(Uint8Array.from(Buffer.concat(blocks)).buffer);
}

function segmentsOf(logs: readonly Buffer[], durationMs: number): Segment[] {
  const channel = new ChannelSegments({ originMs: START, durationMs });
  const found = logs.flatMap((log) => {
    channel.begin();
    return entriesOf(log).flatMap((entry) => channel.push(entry));
  });
  return [...found, ...channel.finish()];
}

function entriesOf(log: Buffer): LogEntry[] {
  const reader = new PacketLogReader();
  return [...reader.push(log), reader.end()];
}

const heard = (options: PartOptions) => decodePcmu(encodePcmu(toneOf(options)));
const gapsOf = (segments: readonly Segment[]) =>
  segments.flatMap((segment) => (segment.kind === 'gap' ? [segment] : []));

describe('a line that was opened again', () => {
  const first = { fromMs: 0, packets: 20 };
  const second = { fromMs: 1000, packets: 25, pitchHz: 900 };
  const third = { fromMs: 1500, packets: 25, pitchHz: 700 };

  it('is one channel, each log at its time', async () => {
    const pcm = await render([first, second, third].map(logOf), 0, 2000 * FRAMES_PER_MS);
    expect(pcm.subarray(0, 3200)).toEqual(heard(first));
    expect(pcm.subarray(3200, 8000)).toEqual(new Int16Array(4800));
    // The third log touches the second: not a sample lies between them.
    expect(pcm.subarray(8000, 12_000)).toEqual(heard(second));
    expect(pcm.subarray(12_000)).toEqual(heard(third));
  });

  it('gives for any range the same bytes as that part of the whole', async () => {
    const logs = [first, second, { ...third, fromMs: 1430 }].map(logOf);
    const frames = 2000 * FRAMES_PER_MS;
    const whole = await render(logs, 0, frames);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: frames }), fc.nat({ max: frames }), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(await render(logs, from, to)).toEqual(whole.slice(from, to));
      }),
      { numRuns: 30 },
    );
  });

  it('is heard to the end of the earlier log where the later one overlaps it', async () => {
    const overlapping = { ...second, fromMs: 390 };
    const pcm = await render([first, overlapping].map(logOf), 0, 1000 * FRAMES_PER_MS);
    expect(pcm.subarray(0, 3200)).toEqual(heard(first));
    // Ten milliseconds of the later log sounded at once with the earlier; the rest stands where it belongs.
    expect(pcm.subarray(3200, 390 * FRAMES_PER_MS + 4000)).toEqual(heard(overlapping).subarray(80));
    expect(gapsOf(segmentsOf([first, overlapping].map(logOf), 890))).toEqual([]);
  });

  it('never places a packet over another, wherever its logs lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fromMs: fc.nat({ max: 3000 }), packets: fc.integer({ min: 0, max: 40 }) }), {
          maxLength: 4,
        }),
        async (parts) => {
          let end = 0;
          for await (const packet of placeChannel(partsOf(parts.map(logOf)), START)) {
            expect(packet.start).toBeGreaterThanOrEqual(end);
            expect(packet.end).toBeGreaterThan(packet.start);
            expect(packet.gapReason !== undefined).toBe(packet.start > end);
            end = packet.end;
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the time between two logs of a line', () => {
  const first = { fromMs: 100, packets: 20 };
  const second = { fromMs: 1000, packets: 25 };

  const pauseBetween = (from: number, to: number): NonNullable<PartOptions['events']> => [
    { atMs: from, event: { type: 'paused' } },
    { atMs: to, event: { type: 'continued' } },
  ];

  it.each<[string, PartOptions, PartOptions, string]>([
    ['a line that was closed', first, second, 'closed'],
    ['lost where the recorder failed', { ...first, broken: true }, second, 'loss'],
    [
      'a hold that began before',
      { ...first, events: [{ atMs: 490, event: { type: 'hold' } }] },
      second,
      'hold',
    ],
    ['a pause that began after', first, { ...second, events: pauseBetween(700, 990) }, 'paused'],
  ])('is %s', (_what, before, after, reason) => {
    expect(gapsOf(segmentsOf([before, after].map(logOf), 1600))).toEqual([
      { kind: 'gap', offsetMs: 0, durationMs: 100, reason: 'not-started' },
      { kind: 'gap', offsetMs: 500, durationMs: 500, reason },
      { kind: 'gap', offsetMs: 1500, durationMs: 100, reason: 'ended' },
    ]);
  });

  it('is passed over by a log in which nothing came', () => {
    const empty = { fromMs: 700, packets: 0 };
    expect(
      gapsOf(segmentsOf([first, empty, second, empty].map(logOf), 1500)).map(({ reason }) => reason),
    ).toEqual(['not-started', 'closed']);
    expect(segmentsOf([empty, empty].map(logOf), 1500)).toEqual([
      { kind: 'gap', offsetMs: 0, durationMs: 1500, reason: 'not-started' },
    ]);
  });

  it('counts as no loss of packets, though the sender went on', async () => {
    const log = (from: number) =>
      Buffer.concat([
        encodeLogHeader({ version: 2, label: '1', codecs: [PCMU], startedAtMs: START }),
        ...packetise({
          pcm: sineWave({ frequencyHz: 500, samples: 1600 }),
          codec: PCMU,
          ssrc: 5,
          firstSequence: from,
          firstTimestamp: from * 160,
        }).map((rtp, i) => encodePacketRecord((from + i) * 20_000, rtp)),
      ]);
    async function* both(): AsyncGenerator<LogEntry> {
      for (const from of [0, 50]) yield* readPacketLog(chunked(log(from)));
    }
    expect((await measureQuality(both())).summary).toMatchObject({ packets: 20, lost: 0 });
  });
});
