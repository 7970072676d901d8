import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodeRtcpRecord,
  LOG_VERSION,
} from '../media/packet-log.ts';
import { PartWriter } from './part-writer.ts';
import {
  CODEC_BYTES_PER_SECOND,
  encryptedBytes,
  mediaPartBytes,
  sizeRecorders,
  type SizedCodec,
  type SizingQuestion,
  type StreamShape,
} from './storage-sizing.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-sizing-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Writes a stream as the recorder does and answers the size of its file. */
async function writtenBytes(name: string, codec: SizedCodec, shape: StreamShape): Promise<number> {
  const path = join(folder, name);
  const writer = await PartWriter.create({
    path,
    key: randomBytes(32),
    context: randomBytes(40),
    onFault: (error) => {
      throw error as Error;
    },
  });
  const codecs = [{ payloadType: 0, name: codec, clockRate: 8000, channels: 1 }];
  writer.write(encodeLogHeader({ version: LOG_VERSION, label: '1', codecs, startedAtMs: 1.8e12 }));
  writer.write(encodeEventRecord(1, { type: 'source', ssrc: 4_000_000_000 }));
  const { payloadBytesPerSecond, ptimeMs, activeShare, seconds } = shape;
  const packet = Buffer.alloc(12 + Math.round((payloadBytesPerSecond * ptimeMs) / 1000), 7);
  const packets = Math.round((seconds * activeShare * 1000) / ptimeMs);
  for (let i = 0; i < packets; i += 1) writer.write(encodePacketRecord(i * ptimeMs * 1000, packet));
  // A sender report with one block (52 bytes) and a CNAME of a usual length.
  for (let i = 0; i < seconds / 5; i += 1) writer.write(encodeRtcpRecord(i * 5e6, Buffer.alloc(52 + 28, 7)));
  writer.write(encodeEventRecord(seconds * 1e6, { type: 'closed' }));
  await writer.close();
  return (await stat(path)).size;
}

describe('the size of a part', () => {
  test.each<[SizedCodec, number, number, number]>([
    ['PCMU', 20, 1, 180],
    ['PCMA', 10, 1, 60],
    ['PCMA', 30, 0.6, 600],
    ['G722', 20, 1, 180],
    ['G729', 20, 1, 180],
    ['G729', 60, 1, 3600],
    ['opus', 20, 0.5, 300],
    ['AMR', 20, 0.45, 180],
    ['AMR-WB', 20, 1, 180],
    ['G726-32', 20, 1, 180],
  ])('of %s, %i ms, with packets in %d of %i s, is told within 2 %% of what is written', async (...given) => {
    const [codec, ptimeMs, activeShare, seconds] = given;
    const shape = {
      payloadBytesPerSecond: CODEC_BYTES_PER_SECOND[codec],
      ptimeMs,
      activeShare,
      seconds,
    };
    const written = await writtenBytes(given.join('-'), codec, shape);
    expect(Math.abs(mediaPartBytes(shape) / written - 1)).toBeLessThan(0.02);
  });

  test('counts a tag for every chunk, the last and perhaps empty one too', async () => {
    for (const plaintext of [0, 1, 16_383, 16_384, 16_385, 100_000]) {
      const path = join(folder, `plain-${plaintext}`);
      const options = { path, key: randomBytes(32), context: Buffer.alloc(0), onFault: () => undefined };
      const writer = await PartWriter.create(options);
      writer.write(Buffer.alloc(plaintext));
      await writer.close();
      expect({ plaintext, bytes: (await stat(path)).size }).toEqual({
        plaintext,
        bytes: encryptedBytes(plaintext),
      });
    }
  });
});

const question: SizingQuestion = {
  callsPerDay: 10_000,
  meanSeconds: 180,
  retentionDays: 365,
  copies: 2,
  payloadBytesPerSecond: 8000,
  ptimeMs: 20,
  activeShare: 1,
  streams: 2,
  srtp: false,
  busyHourShare: 0.17,
  callsPerCore: 300,
  coresPerNode: 4,
  spoolHours: 24,
};

describe('the sizing', () => {
  test('of ten thousand calls of three minutes a day adds up', () => {
    const answer = sizeRecorders(question);
    expect(answer.callsAtOnce).toBe(114); // 85 on average in the busiest hour
    expect(answer.callsPerNode).toBe(540); // 300 a core, 3 cores for media, 60 % of them planned
    expect(answer.nodes).toBe(2);
    expect(answer.bytesPerStreamHour / 1e6).toBeCloseTo(32.7, 1);
    expect(answer.objectStoreBytes / 1e12).toBeCloseTo(24.1, 0);
    expect(answer.bitsPerSecond / 1e6).toBeCloseTo(114 * 2 * 0.0872, 1); // a G.711 stream has 87.2 kbit/s on Ethernet
    expect(answer.spoolBytes).toBe(answer.bytesPerDay);
  });

  test('never gets smaller where there is more to record, to keep or to survive', () => {
    const more = fc.record({
      callsPerDay: fc.integer({ min: 1, max: 1e6 }),
      meanSeconds: fc.integer({ min: 1, max: 7200 }),
      retentionDays: fc.integer({ min: 1, max: 4000 }),
      copies: fc.integer({ min: 1, max: 4 }),
      streams: fc.integer({ min: 1, max: 6 }),
      spoolHours: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(
        more,
        fc.constantFrom<keyof SizingQuestion>('callsPerDay', 'meanSeconds', 'streams'),
        (given, field) => {
          const less = sizeRecorders({ ...question, ...given });
          const grown = sizeRecorders({
            ...question,
            ...given,
            [field]: (given[field as never] as number) * 2,
          });
          for (const figure of ['objectStoreBytes', 'spoolBytes', 'nodes', 'bitsPerSecond'] as const)
            expect(grown[figure]).toBeGreaterThanOrEqual(less[figure]);
          expect(less.nodes).toBeGreaterThanOrEqual(2); // one may always be down
        },
      ),
    );
  });
});
