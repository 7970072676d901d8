/** Opus through libopus, compiled to WebAssembly (package `opus-decoder`). */
import { OpusDecoder } from 'opus-decoder';
import type { BatchDecoder } from './decoder.ts';
import { saturate } from './fixed-point.ts';
import { readOpusPacket } from './opus-packet.ts';

/** The library's input buffer holds this much for two channels; no packet of speech comes near it. */
const MAX_PACKET_OCTETS = 7680;

/**
 * Decodes at the wanted rate itself, so that nothing is resampled; stereo becomes the mean of both sides. Packets whose
 * framing is broken are not given to the library. In-band error correction (FEC) is not used: what did not arrive is
 * silence.
 */
export const decodeOpus: BatchDecoder = async (payloads, _codec, { rate }) => {
  const decoder = new OpusDecoder({ sampleRate: rate, channels: 2 });
  await decoder.ready;
  try {
    const pcm = payloads.map((payload) => {
      if (payload.length > MAX_PACKET_OCTETS || readOpusPacket(payload) === undefined)
        return new Int16Array(0);
      const [left, right] = decoder.decodeFrame(payload).channelData;
      return left === undefined || right === undefined ? new Int16Array(0) : mixDown(left, right);
    });
    return { sampleRate: rate, pcm };
  } finally {
    decoder.free();
  }
};

function mixDown(left: Float32Array, right: Float32Array): Int16Array {
  return Int16Array.from(left, (sample, i) => saturate(Math.round((sample + (right[i] ?? 0)) * 16_384)));
}
