/** Sound of frames that only a speech decoder outside this process can decode. */
import { HoldfastError } from '../../errors.ts';
import type { DecodeContext, DecodedBatch } from './decoder.ts';
import type { SpeechFormat } from './speech-decoder.ts';
import { SPEECH_FORMATS } from './speech-decoder.ts';

/**
 * Decodes the frames of several payloads. A frame that is `undefined` is no speech (silence descriptor, nothing sent,
 * damaged): it is silence of its length, never the decoder's own idea of what was said.
 * Fails as `SpeechDecoder.decode`, and with `unavailable` when it answers another number of samples.
 */
export async function decodeSpeech(
  format: SpeechFormat,
  payloads: readonly (readonly (Uint8Array | undefined)[])[],
  { speech, signal }: DecodeContext,
): Promise<DecodedBatch> {
  const { sampleRate, frameSamples } = SPEECH_FORMATS[format];
  const spoken = payloads.flat().filter((frame) => frame !== undefined);
  const decoded = spoken.length === 0 ? new Int16Array(0) : await speech?.decode(format, spoken, signal);
  if (decoded?.length !== spoken.length * frameSamples) {
    throw new HoldfastError(
      'unavailable',
      'The speech decoder gave another length of sound than it was given, so nothing of it is played. Check the installed decoder.',
      { detail: `${format}: ${spoken.length} frames, ${decoded?.length ?? 'no'} samples` },
    );
  }
  let at = 0;
  const pcm = payloads.map((frames) => {
    const samples = new Int16Array(frames.length * frameSamples);
    frames.forEach((frame, i) => {
      if (frame === undefined) return;
      samples.set(decoded.subarray(at, at + frameSamples), i * frameSamples);
      at += frameSamples;
    });
    return samples;
  });
  return { sampleRate, pcm };
}
