import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClockPlan } from './clock-plan.ts';
import { decodePcmu, encodePcmu } from './g711.ts';
import { encodeLogHeader, encodePacketRecord } from './packet-log.ts';
import { measurePeaks } from './peaks.ts';
import { framesOf, renderPcm } from './render.ts';
import { buildRtp } from './rtp.ts';
import { packetise, PCMA, PCMU, seededRandom, sineWave, voiceLike } from './test-signal.ts';
import { planWav, wavBody, wavBytes, wavHeader } from './wav.ts';

async function* chunked(log: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += size) yield log.subarray(at, at + size);
}

async function join(blocks: AsyncIterable<Buffer>): Promise<Buffer> {
  const list: Buffer[] = [];
  for await (const block of blocks) list.push(block);
  return Buffer.concat(list);
}

/** A log of one party; `deliver` says when a packet comes, or that it does not. */
function logOf(
  pcm: Int16Array,
  codec = PCMU,
  deliver: (i: number) => number | undefined = (i) => i * 20,
): Buffer {
  const packets = packetise({ pcm, codec, ssrc: 5, firstSequence: 65_530, firstTimestamp: 0xfffff000 });
  const arrivals = packets.flatMap((rtp, i) => {
    const atMs = deliver(i);
    return atMs === undefined ? [] : [{ atMs, rtp }];
  });
  arrivals.sort((a, b) => a.atMs - b.atMs);
  const header = encodeLogHeader({ version: 1, label: '1', codecs: [codec], startedAtMs: 0 });
  return Buffer.concat([header, ...arrivals.map(({ atMs, rtp }) => encodePacketRecord(atMs * 1000, rtp))]);
}

async function render(logs: readonly Buffer[], from: number, to: number): Promise<Buffer> {
  const parties = logs.map((log) => [{ log: chunked(log) }]);
  return join(renderPcm({ parties, rate: 8000, from, to }));
}

const random = seededRandom(42);
const twoParties = [
  logOf(voiceLike({ samples: 24_000, pitchHz: 110, seed: 1 }), PCMU, (i) =>
    i % 7 === 3 ? undefined : i * 20,
  ),
  logOf(
    voiceLike({ samples: 16_000, pitchHz: 210, seed: 2 }),
    PCMA,
    (i) => 500 + i * 20 + (i % 10 === 0 ? 0 : random() * 80),
  ),
];
const frames = framesOf(3500, 8000);

describe('rendering', () => {
  it('plays exactly what was sent, sample for sample', async () => {
    const pcm = sineWave({ frequencyHz: 1000, samples: 8000 });
    const heard = await render([logOf(pcm)], 0, 8000);
    const expected = decodePcmu(encodePcmu(pcm));
    expect(heard).toEqual(Buffer.from(expected.buffer));
  });

  it('gives for any range the same bytes as that part of the whole', async () => {
    const whole = await render(twoParties, 0, frames);
    expect(whole.length).toBe(frames * 4);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: frames }), fc.nat({ max: frames }), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect((await render(twoParties, from, to)).equals(whole.subarray(from * 4, to * 4))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('plays each party where its plan has it', async () => {
    const pcm = sineWave({ frequencyHz: 1000, samples: 800 });
    const plan = {
      version: 1,
      reference: 'arrival',
      troubles: [],
      stretches: [[[0, 480]]],
    } satisfies ClockPlan;
    const parties = [[{ log: chunked(logOf(pcm)) }], [{ log: chunked(logOf(pcm)), plan }]];
    const heard = await join(renderPcm({ parties, rate: 8000, from: 0, to: 880 }));
    const samples = new Int16Array(heard.buffer, heard.byteOffset, heard.length / 2);
    const [first, second] = [0, 1].map((channel) => samples.filter((_, i) => i % 2 === channel));
    expect(second!.subarray(80)).toEqual(first!.subarray(0, 800));
    expect(second!.subarray(0, 80)).toEqual(new Int16Array(80));
  });

  it('plays lost packets as silence of their length and the rest in place', async () => {
    const pcm = sineWave({ frequencyHz: 500, samples: 1600 });
    const heard = await render([logOf(pcm, PCMU, (i) => (i === 4 || i === 5 ? undefined : i * 20))], 0, 1600);
    const expected = decodePcmu(encodePcmu(pcm)).fill(0, 640, 960);
    expect(heard).toEqual(Buffer.from(expected.buffer));
  });

  it('hears a packet that overlaps the one before from where that one ends', async () => {
    const [first, second] = [200, 50].map((octet) => Buffer.alloc(160, octet));
    for (let i = 0; i < 160; i++) second![i] = i;
    const log = Buffer.concat([
      encodeLogHeader({ version: 1, label: '1', codecs: [PCMU], startedAtMs: 0 }),
      ...[first!, second!].map((payload, i) =>
        encodePacketRecord(
          i * 15_000,
          buildRtp({ payloadType: 0, sequence: i, timestamp: i * 120, ssrc: 1, payload }),
        ),
      ),
    ]);
    const expected = decodePcmu(Buffer.concat([first!, second!.subarray(40)]));
    expect(await render([log], 0, 280)).toEqual(Buffer.from(expected.buffer));
  });

  it('is silence beyond the last packet, and for a log cut before its header', async () => {
    const pcm = sineWave({ frequencyHz: 500, samples: 160 });
    expect((await render([logOf(pcm)], 160, 9000)).equals(Buffer.alloc(8840 * 2))).toBe(true);
    expect((await render([Buffer.from('HFP')], 0, 10)).equals(Buffer.alloc(20))).toBe(true);
  });

  it('closes the logs when the listener leaves early', async () => {
    let closed = false;
    async function* watched(): AsyncGenerator<Buffer> {
      try {
        yield* chunked(twoParties[0]!);
      } finally {
        closed = true;
      }
    }
    const listener = renderPcm({ parties: [[{ log: watched() }]], rate: 8000, from: 0, to: frames });
    await listener.next();
    await listener.return();
    expect(closed).toBe(true);
  });

  it.each([
    [-1, 5],
    [5, 4],
    [0.5, 2],
    [0, Infinity],
  ])('refuses the range %d to %d', async (from, to) => {
    await expect(render(twoParties, from, to)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('a WAV file', () => {
  const shape = { rate: 8000, channels: 2, frames } as const;

  it('has a header that says what follows', () => {
    const header = wavHeader(shape);
    expect(header.length).toBe(44);
    expect(header.toString('latin1', 0, 4) + header.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect([header.readUInt32LE(4), header.readUInt32LE(40)]).toEqual([wavBytes(shape) - 8, frames * 4]);
    expect([header.readUInt16LE(22), header.readUInt32LE(24), header.readUInt32LE(28)]).toEqual([
      2, 8000, 32_000,
    ]);
  });

  it('gives for any byte range the same bytes as that part of the file', async () => {
    const file = Buffer.concat([wavHeader(shape), await render(twoParties, 0, frames)]);
    const size = file.length;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: size - 1 }), fc.nat({ max: size + 50 }), async (a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const plan = planWav(shape, `bytes=${first}-${last}`);
        if (plan === 'unsatisfiable') throw new Error('a range inside the file was refused');
        const pcm = renderPcm({
          parties: twoParties.map((log) => [{ log: chunked(log) }]),
          rate: 8000,
          ...plan.render,
        });
        const body = await join(wavBody(shape, plan, pcm));
        expect(plan).toMatchObject({ status: 206, start: first, end: Math.min(size, last + 1), size });
        expect(body.equals(file.subarray(first, last + 1))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [undefined, { status: 200, start: 0 }],
    ['bytes=0-', { status: 206, start: 0 }],
    ['bytes=-10', { status: 206, start: wavBytes(shape) - 10 }],
    ['bytes=9-3', { status: 200, start: 0 }],
    ['bytes=0-1,4-5', { status: 200, start: 0 }],
    ['lines=0-1', { status: 200, start: 0 }],
  ])('answers the range %s as RFC 9110 has it', (range, expected) => {
    expect(planWav(shape, range)).toMatchObject({ ...expected, end: wavBytes(shape) });
  });

  it.each(['bytes=999999999-', 'bytes=-0'])('calls %s unsatisfiable', (range) => {
    expect(planWav(shape, range)).toBe('unsatisfiable');
  });
});

describe('peaks', () => {
  it('are the lowest and highest sample of each bucket, for any shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        async (samples, buckets, blockFrames) => {
          const pcm = Buffer.from(Int16Array.from(samples.flatMap((sample) => [sample, ~sample])).buffer);
          const peaks = await measurePeaks(chunked(pcm, blockFrames * 4), {
            channels: 2,
            frames: samples.length,
            buckets,
          });
          for (let i = 0; i < buckets; i++) {
            const bucket = samples.slice(
              Math.floor((i * samples.length) / buckets),
              Math.floor(((i + 1) * samples.length) / buckets),
            );
            const low = bucket.length === 0 ? 0 : Math.min(...bucket) >> 8;
            const high = bucket.length === 0 ? 0 : Math.max(...bucket) >> 8;
            expect([peaks.channels[0]!.min[i], peaks.channels[0]!.max[i]]).toEqual([low, high]);
            if (bucket.length > 0)
              expect([peaks.channels[1]!.min[i], peaks.channels[1]!.max[i]]).toEqual([~high, ~low]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
