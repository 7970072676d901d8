import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredVoice } from '../../test/support/stored-voice.ts';
import { logVoice, STORED_VOICES } from '../../test/support/stored-voice.ts';
import type { RenderRate } from './codecs/decoder.ts';
import { G722Decoder } from './codecs/g722.ts';
import { encodePcmu } from './g711.ts';
import { encodeEventRecord, encodeLogHeader, encodePacketRecord } from './packet-log.ts';
import { renderPcm } from './render.ts';
import { buildRtp } from './rtp.ts';
import { joinSurveys, surveyAudio } from './survey-audio.ts';
import { packetise, PCMU, sineWave } from './test-signal.ts';

async function* chunked(log: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += 1000) yield log.subarray(at, at + 1000);
}

async function render(log: Buffer, rate: RenderRate, from: number, to: number): Promise<Int16Array> {
  const blocks = await Array.fromAsync(renderPcm({ parties: [[{ log: chunked(log) }]], rate, from, to }));
  const bytes = Buffer.concat(blocks);
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const survey = (log: Buffer) => surveyAudio(chunked(log), undefined);

/** What one decoder makes of it all, without any beginning anew. */
function decodeG722({ payloads }: StoredVoice, times: number): Int16Array {
  const all = Array.from({ length: times }, () => Buffer.concat(payloads));
  return new G722Decoder().decode(Buffer.concat(all));
}

const { g722, g726at32, opus, amr } = STORED_VOICES;
const loss = (i: number): boolean => i % 50 === 49 || (i > 995 && i < 1003);

describe.each<[string, StoredVoice, RenderRate]>([
  ['G.722', g722, 16_000],
  ['G.726', g726at32, 8000],
  ['Opus', opus, 48_000],
])('rendering %s', (_name, voice, rate) => {
  const log = logVoice(voice, { times: Math.ceil(1150 / voice.payloads.length), lost: loss });
  const frames = 22 * rate;
  let whole: Int16Array;
  beforeAll(async () => {
    whole = await render(log, rate, 0, frames);
  });

  it('gives for any range the same bytes as that part of the whole, across stretches and losses', async () => {
    // Around the end of the first stretch, at 20 s, where decoding begins anew.
    const near = fc.integer({ min: 19 * rate, max: 21 * rate });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.nat({ max: frames }), near), near, async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const part = await render(log, rate, from, to);
        expect(Buffer.from(part.buffer).equals(Buffer.from(whole.slice(from, to).buffer))).toBe(true);
      }),
      { numRuns: 4 },
    );
  });

  it('plays what was lost as silence of its length, and nothing made up', () => {
    const packet = (voice.step * rate) / voice.codec.clockRate;
    for (const i of [49, 99, 1002]) {
      expect(whole.subarray(i * packet, (i + 1) * packet).every((sample) => sample === 0)).toBe(true);
      expect(whole.subarray((i + 2) * packet, (i + 3) * packet).some((sample) => sample !== 0)).toBe(true);
    }
  });
});

describe('rendering', () => {
  it('of a long call sounds as if one decoder had decoded all of it', async () => {
    const times = 22;
    const heard = await render(logVoice(g722, { times }), 16_000, 0, times * 16_000);
    expect(heard).toEqual(decodeG722(g722, times));
  });

  it('at a higher rate than a party was sent in keeps every sample that was', async () => {
    const pcm = sineWave({ frequencyHz: 700, samples: 8000 });
    const packets = packetise({ pcm, codec: PCMU, ssrc: 1, firstSequence: 1, firstTimestamp: 0 });
    const log = Buffer.concat([
      encodeLogHeader({ version: 1, label: '1', codecs: [PCMU], startedAtMs: 0 }),
      ...packets.map((rtp, i) => encodePacketRecord(i * 20_000, rtp)),
    ]);
    const narrow = await render(log, 8000, 0, 8000);
    const wide = await render(log, 48_000, 0, 48_000);
    expect(narrow.every((sample, i) => wide[6 * i] === sample)).toBe(true);
    // Between the samples it is the tone and no staircase.
    const middle = wide.subarray(12_000, 36_000);
    const steepest = Math.max(...middle.map((sample, i) => Math.abs(sample - (middle[i - 1] ?? sample))));
    expect(steepest).toBeLessThan(1.2 * 12_000 * 2 * Math.PI * (700 / 48_000));
  });

  it('of a stretch that is full of a flood stays silent rather than filling the memory, for any range alike', async () => {
    const payload = Buffer.alloc(1400, 0x55);
    const flood = Array.from({ length: 2000 }, (_, i) =>
      encodePacketRecord(
        i * 400,
        buildRtp({ payloadType: 0, sequence: i, timestamp: i * 4, ssrc: 1, payload }),
      ),
    );
    const header = encodeLogHeader({ version: 1, label: '1', codecs: [PCMU], startedAtMs: 0 });
    const log = Buffer.concat([header, ...flood]);
    const whole = await render(log, 8000, 0, 9000);
    expect(whole.subarray(0, 1400).every((sample) => sample !== 0)).toBe(true);
    expect(whole.subarray(5000, 7000).every((sample) => sample === 0)).toBe(true);
    expect(await render(log, 8000, 2000, 6000)).toEqual(whole.slice(2000, 6000));
  });
});

describe('a survey of the audio', () => {
  it.each<[string, StoredVoice, number]>([
    ['G.722', g722, 16_000],
    ['G.726', g726at32, 8000],
    ['Opus with all of its band', opus, 48_000],
    ['Opus of telephony band', { ...opus, payloads: [Buffer.from([1 << 3, 0, 0])] }, 8000],
    ['Opus of wide band', { ...opus, payloads: [Buffer.from([9 << 3, 0, 0])] }, 16_000],
    ['AMR-WB', STORED_VOICES.amrWb, 16_000],
    ['AMR', amr, 8000],
  ])('finds for %s the rate that keeps its band', async (_name, voice, rate) => {
    expect(await survey(logVoice(voice))).toMatchObject({ rate, codecs: [voice.codec.name.toUpperCase()] });
  });

  it('goes by what was sent, not by what could have been, and takes up what was agreed on later', async () => {
    const rtp = (payloadType: number, i: number): Buffer =>
      buildRtp({
        payloadType,
        sequence: i,
        timestamp: i * 160,
        ssrc: 1,
        payload: encodePcmu(new Int16Array(160)),
      });
    const codecs = [PCMU, { ...g722.codec, payloadType: 9 }, opus.codec];
    const start = [
      encodeLogHeader({ version: 1, label: '1', codecs, startedAtMs: 0 }),
      encodePacketRecord(0, rtp(0, 0)),
    ];
    expect(await survey(Buffer.concat(start))).toEqual({ rate: 8000, codecs: ['PCMU'], silent: [] });
    const later = [
      encodeEventRecord(20_000, { type: 'codecs', codecs: [{ ...g722.codec, payloadType: 101 }] }),
      encodePacketRecord(20_000, rtp(101, 1)),
    ];
    expect(await survey(Buffer.concat([...start, ...later]))).toMatchObject({ rate: 16_000 });
  });

  it('names what cannot be played, and knows nothing of an empty log', async () => {
    const unknown = { ...g722, codec: { ...g722.codec, name: 'EVS' } };
    expect(await survey(logVoice(unknown))).toEqual({ rate: 8000, codecs: ['EVS'], silent: ['EVS'] });
    expect(await survey(logVoice(amr))).toMatchObject({ silent: ['AMR'] });
    const unnamed = { ...g722, codec: { ...g722.codec, payloadType: 97 } };
    const log = logVoice({ ...unnamed, payloads: [] });
    expect(await survey(log)).toEqual({ rate: 8000, codecs: [], silent: [] });
  });

  it('of several parties is one rate for all of them', async () => {
    const all = joinSurveys([
      await survey(logVoice(g726at32)),
      await survey(logVoice(g722)),
      await survey(logVoice(amr)),
    ]);
    expect(all).toEqual({ rate: 16_000, codecs: ['AMR', 'G722', 'G726-32'], silent: ['AMR'] });
    expect(joinSurveys([])).toEqual({ rate: 8000, codecs: [], silent: [] });
  });
});
