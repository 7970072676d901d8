/** Sound and packets made from numbers: the same arguments give the same bytes. For tests, demonstrations and probes. */
import type { CodecDescription } from './codec-description.ts';
import { encodePcma, encodePcmu } from './g711.ts';
import { buildRtp } from './rtp.ts';

const SAMPLE_RATE = 8000;

/** Pseudo-random numbers in [0, 1) from a seed (mulberry32); not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A sine wave at 8 kHz; `amplitude` is the peak in 16-bit units. */
export function sineWave(options: { frequencyHz: number; samples: number; amplitude?: number }): Int16Array {
  const { frequencyHz, samples, amplitude = 12_000 } = options;
  const step = (2 * Math.PI * frequencyHz) / SAMPLE_RATE;
  return Int16Array.from({ length: samples }, (_, i) => Math.round(amplitude * Math.sin(step * i)));
}

/**
 * Something with the shape of a voice: syllables of a harmonic tone with pauses between phrases. Nobody's speech, so
 * it can be shown and shipped freely. `pitchHz` tells two parties apart.
 */
export function voiceLike(options: { samples: number; pitchHz: number; seed: number }): Int16Array {
  const random = seededRandom(options.seed);
  const pcm = new Int16Array(options.samples);
  let at = 0;
  while (at < pcm.length) {
    const syllables = 3 + Math.floor(random() * 6);
    for (let i = 0; i < syllables; i++) {
      const length = Math.round(SAMPLE_RATE * (0.12 + 0.16 * random()));
      const pitch = options.pitchHz * (0.9 + 0.25 * random());
      addSyllable(pcm, at, length, pitch, 5000 + 7000 * random());
      at += length;
    }
    at += Math.round(SAMPLE_RATE * (0.25 + 0.6 * random()));
  }
  return pcm;
}

function addSyllable(pcm: Int16Array, at: number, length: number, pitch: number, loudness: number): void {
  for (let i = 0; i < length && at + i < pcm.length; i++) {
    const phase = (2 * Math.PI * pitch * i) / SAMPLE_RATE;
    const tone = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(5 * phase);
    pcm[at + i] = Math.round((loudness / 1.8) * Math.sin((Math.PI * i) / length) * tone);
  }
}

/** The two codecs a test signal can be sent in. */
export const PCMU: CodecDescription = { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 };
export const PCMA: CodecDescription = { payloadType: 8, name: 'PCMA', clockRate: 8000, channels: 1 };

export interface PacketiseOptions {
  readonly pcm: Int16Array;
  readonly codec: typeof PCMU | typeof PCMA;
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly firstTimestamp: number;
  /** Packet time; 20 by default. */
  readonly ptimeMs?: number;
}

/** One RTP packet for each packet time; the first carries the marker. A short rest makes a short last packet. */
export function packetise(options: PacketiseOptions): Buffer[] {
  const { pcm, codec, ssrc, firstSequence, firstTimestamp, ptimeMs = 20 } = options;
  const samples = (ptimeMs * SAMPLE_RATE) / 1000;
  const encode = codec.name === 'PCMA' ? encodePcma : encodePcmu;
  return Array.from({ length: Math.ceil(pcm.length / samples) }, (_, i) =>
    buildRtp({
      payloadType: codec.payloadType,
      marker: i === 0,
      sequence: (firstSequence + i) & 0xffff,
      timestamp: (firstTimestamp + i * samples) >>> 0,
      ssrc,
      payload: encode(pcm.subarray(i * samples, (i + 1) * samples)),
    }),
  );
}
