import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEventRecord, encodeLogHeader, encodePacketRecord, type LogEvent } from './packet-log.ts';
import { buildRtp } from './rtp.ts';
import { joinPeriods, surveyChannel, type ChannelSurvey } from './survey-channel.ts';
import { packetise, PCMU, sineWave } from './test-signal.ts';

const START = 1_700_000_000_000;
const KEYS = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1 };

interface LogRecord {
  readonly atMs: number;
  readonly bytes: Buffer;
}

const event = (atMs: number, what: LogEvent): LogRecord => ({
  atMs,
  bytes: encodeEventRecord(atMs * 1000, what),
});

/** Sound from one time to another; every packet for which `lost` is true did not come. */
function sound(fromMs: number, toMs: number, lost: (i: number) => boolean = () => false): LogRecord[] {
  const pcm = sineWave({ frequencyHz: 500, samples: (toMs - fromMs) * 8 });
  const first = { firstSequence: fromMs / 20, firstTimestamp: fromMs * 8 };
  return packetise({ pcm, codec: PCMU, ssrc: 5, ...first }).flatMap((rtp, i) =>
    lost(i) ? [] : [{ atMs: fromMs + i * 20, bytes: encodePacketRecord((fromMs + i * 20) * 1000, rtp) }],
  );
}

function press(code: number, atMs: number): LogRecord {
  const payload = Buffer.from([code, 0x8a, 0, 160]);
  const rtp = buildRtp({ payloadType: 101, sequence: 30_000 + atMs, timestamp: atMs * 8, ssrc: 5, payload });
  return { atMs, bytes: encodePacketRecord(atMs * 1000, rtp) };
}

function logOf(records: readonly LogRecord[]): Buffer {
  const header = encodeLogHeader({ version: 2, label: '1', codecs: [PCMU, KEYS], startedAtMs: START });
  const inOrder = [...records].sort((a, b) => a.atMs - b.atMs);
  return Buffer.concat([header, ...inOrder.map(({ bytes }) => bytes)]);
}

async function* chunked(log: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += 999) yield log.subarray(at, at + 999);
}

function survey(
  logs: readonly Buffer[],
  durationMs: number,
  window = { fromMs: 0, limit: 1000 },
): Promise<ChannelSurvey> {
  const parts = logs.map((log) => ({ log: chunked(log) }));
  return surveyChannel(parts, { originMs: START, durationMs, window });
}

describe('a survey of a channel', () => {
  it('tells of all its logs what was heard, pressed and paused, in which codec and how well', async () => {
    const first = logOf([
      ...sound(0, 1000, (i) => i === 10),
      press(5, 1010),
      event(1100, { type: 'closed' }),
    ]);
    const second = logOf([
      ...sound(2000, 3000),
      event(3000, { type: 'paused' }),
      event(3400, { type: 'continued' }),
      press(11, 3500),
    ]);
    const found = await survey([first, second], 4000);
    expect(
      found.segments.map((part) => [part.offsetMs, part.kind === 'gap' ? part.reason : 'audio']),
    ).toEqual([
      [0, 'audio'],
      [200, 'loss'],
      [220, 'audio'],
      [1000, 'closed'],
      [2000, 'audio'],
      [3000, 'paused'],
    ]);
    expect(found.keyPresses).toEqual([
      { offsetMs: 1010, durationMs: 20, digit: '5' },
      { offsetMs: 3500, durationMs: 20, digit: '#' },
    ]);
    expect(found.pauses).toEqual([{ offsetMs: 3000, durationMs: 400 }]);
    expect(found.audio).toEqual({ rate: 8000, codecs: ['PCMU'], silent: [] });
    expect(found.quality).toMatchObject({ codec: 'PCMU', summary: { lost: 1 } });
    expect(found.nextMs).toBeUndefined();
  });

  it('gives the same lists page by page, whatever the size of a page', async () => {
    const lossy = logOf([
      ...sound(0, 4000, (i) => i % 7 === 3),
      ...Array.from({ length: 20 }, (_, i) => press(i % 10, 100 + 150 * i)),
    ]);
    const whole = await survey([lossy], 4000);
    expect(whole.segments.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (limit) => {
        const segments: unknown[] = [];
        const keyPresses: unknown[] = [];
        for (let fromMs: number | undefined = 0; fromMs !== undefined;) {
          const page: ChannelSurvey = await survey([lossy], 4000, { fromMs, limit });
          const before = page.nextMs ?? Infinity;
          segments.push(...page.segments.filter(({ offsetMs }) => offsetMs < before));
          keyPresses.push(...page.keyPresses.filter(({ offsetMs }) => offsetMs < before));
          expect(page.quality).toEqual(whole.quality);
          fromMs = page.nextMs;
        }
        expect(segments).toEqual(whole.segments);
        expect(keyPresses).toEqual(whole.keyPresses);
      }),
      { numRuns: 10 },
    );
  });

  it('ends a pause that lasts with the recording', async () => {
    const log = logOf([...sound(0, 200), event(200, { type: 'paused' })]);
    expect((await survey([log], 900)).pauses).toEqual([{ offsetMs: 200, durationMs: 700 }]);
  });
});

describe('periods that are joined', () => {
  const period = fc.record({ offsetMs: fc.nat({ max: 100 }), durationMs: fc.integer({ min: 1, max: 30 }) });
  const covers = (periods: readonly { offsetMs: number; durationMs: number }[], at: number) =>
    periods.some(({ offsetMs, durationMs }) => offsetMs <= at && at < offsetMs + durationMs);

  it('cover the same moments, in order and apart', () => {
    fc.assert(
      fc.property(fc.array(period), (periods) => {
        const joined = joinPeriods(periods);
        for (let at = 0; at < 140; at++) expect(covers(joined, at)).toBe(covers(periods, at));
        for (const [i, { offsetMs }] of joined.entries()) {
          const before = joined[i - 1];
          if (before) expect(offsetMs).toBeGreaterThan(before.offsetMs + before.durationMs);
        }
      }),
    );
  });
});
