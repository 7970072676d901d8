import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHoldfastError } from '../../../errors.ts';
import { readAmrPayload } from '../../../media/codecs/amr-payload.ts';
import { decodePcmu, encodePcmu } from '../../../media/g711.ts';
import { wavHeader } from '../../../media/wav.ts';
import { codecNames } from './client-codec.ts';
import { openTrack } from './open-track.ts';
import { syntheticTrack } from './synthetic-track.ts';
import { repeatTrack, type Track } from './track.ts';

const SAMPLES = join(import.meta.dirname, '../../../../examples/sample-call');
const sample = (file: string) => readFileSync(join(SAMPLES, file));
const payloads = (track: Track) => [...track.frames()].map(({ payload }) => payload);

describe('an audio file', () => {
  test('of Ogg Opus gives its packets, and plays as long as the speech it was made from', () => {
    const track = openTrack(sample('agent.opus'), 'opus');
    expect(track.ptimeMs).toBe(20);
    expect(track.durationMs).toBeGreaterThan(14_000);
    expect(track.durationMs).toBeLessThan(14_100);
    const [first, second] = [...track.frames()];
    expect([first?.timestamp, second?.timestamp, first?.marker, second?.marker]).toEqual([
      0,
      960,
      true,
      false,
    ]);
  });

  test.each([
    ['g722', 'agent.g722', 7000],
    ['g726-32', 'agent.g726', 14_040],
    ['pcmu', 'agent.ulaw', 14_041],
  ])('of bare %s octets is cut into packets and kept to the octet', (codec, file, ms) => {
    const track = openTrack(sample(file), codec);
    expect(track.durationMs).toBe(ms);
    const whole = Buffer.concat(payloads(track));
    expect(whole.equals(sample(file).subarray(0, whole.length))).toBe(true);
  });

  test('of WAV becomes the law asked for', () => {
    const octets = sample('agent.ulaw').subarray(0, 800);
    const samples = Buffer.from(decodePcmu(octets).buffer);
    const header = wavHeader({ channels: 1, frames: 800, rate: 8000 });
    const wav = Buffer.concat([header, samples]);
    expect(Buffer.concat(payloads(openTrack(wav, 'pcmu')))).toEqual(
      Buffer.from(encodePcmu(decodePcmu(octets))),
    );
    expect(payloads(openTrack(wav, 'pcma', 10)).map(({ length }) => length)).toEqual(Array(10).fill(80));
  });

  test.each([
    ['amr', '#!AMR\n', 7, 31],
    ['amr-wb', '#!AMR-WB\n', 2, 32],
  ])('of %s in storage format becomes octet-aligned packets', (codec, magic, mode, octets) => {
    const frame = Buffer.concat([Buffer.from([(mode << 3) | 4]), Buffer.alloc(octets, 0x50)]);
    const file = Buffer.concat([Buffer.from(magic), frame, frame, frame]);
    const track = openTrack(file, codec, 40);
    expect(track.durationMs).toBe(60);
    const [two, one] = payloads(track);
    expect(two?.subarray(0, 3)).toEqual(Buffer.from([0xf0, (mode << 3) | 0x84, (mode << 3) | 4]));
    expect([two?.length, one?.length]).toEqual([3 + 2 * octets, 2 + octets]);
  });

  test('of another codec than asked for is refused', () => {
    expect(() => openTrack(sample('agent.opus'), 'pcmu')).toThrow(/cannot be sent as PCMU/);
    expect(() => openTrack(sample('agent.ulaw'), 'opus')).toThrow(/cannot be sent as opus/);
  });

  test('that is damaged is refused in our words or read, whatever is in it', () => {
    const begins = fc.constantFrom(
      ...['OggS', 'RIFF....WAVEfmt ', '#!AMR\n', '#!AMR-WB\n', ''].map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        begins,
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...codecNames()),
        (head, tail, codec) => {
          try {
            payloads(openTrack(Buffer.concat([head, tail]), codec));
          } catch (error) {
            expect(isHoldfastError(error)).toBe(true);
          }
        },
      ),
    );
    const opus = sample('agent.opus');
    fc.assert(
      fc.property(fc.nat(opus.length - 1), (end) => {
        try {
          payloads(openTrack(opus.subarray(0, end), 'opus'));
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
        }
      }),
    );
  });
});

describe('a track', () => {
  test('without a file has packets of the size the codec has', () => {
    const sizes = codecNames().map((codec) => [
      codec,
      payloads(syntheticTrack(codec, { durationMs: 40, seed: 1 })).map(({ length }) => length),
    ]);
    expect(Object.fromEntries(sizes)).toEqual({
      pcmu: [160, 160],
      pcma: [160, 160],
      g722: [160, 160],
      opus: [61, 61],
      amr: [33, 33],
      'amr-wb': [34, 34],
      g729: [20, 20],
      'g726-32': [80, 80],
    });
  });

  test.each(['amr', 'amr-wb'])('of made-up %s is a payload of the standard', (codec) => {
    const track = syntheticTrack(codec, { durationMs: 40, ptimeMs: 40, seed: 1 });
    const format = {
      wideband: codec === 'amr-wb',
      octetAligned: true,
      interleaved: false,
      crc: false,
      robustSorting: false,
    };
    const parsed = readAmrPayload(format, payloads(track)[0]!);
    expect(parsed).toHaveLength(2);
  });

  test('that is repeated goes on without a gap until its new end', () => {
    const track = repeatTrack(syntheticTrack('opus', { durationMs: 60, seed: 1 }), 100);
    const frames = [...track.frames()];
    expect(frames.map(({ atMs }) => atMs)).toEqual([0, 20, 40, 60, 80]);
    expect(frames.map(({ timestamp }) => timestamp)).toEqual([0, 960, 1920, 2880, 3840]);
  });

  test('of a packet time that the codec does not have is refused', () => {
    expect(() => syntheticTrack('amr', { durationMs: 40, ptimeMs: 30, seed: 1 })).toThrow(
      /multiple of 20 ms/,
    );
  });
});
