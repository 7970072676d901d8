/** AMR, AMR-WB and G.729: their payloads are opened here and their frames decoded through the port. */
import { amrFormatOf, isAmrSpeech } from './amr-format.ts';
import type { AmrFrame } from './amr-payload.ts';
import { readAmrPayload } from './amr-payload.ts';
import { decodeSpeech } from './decode-speech.ts';
import type { BatchDecoder } from './decoder.ts';
import { readG729Payload } from './g729-payload.ts';

/** Both AMR codecs. Interleaved packets are kept and not decoded: their frames belong between those of other packets. */
export const decodeAmr: BatchDecoder = (payloads, codec, context) => {
  const format = amrFormatOf(codec);
  const opened = payloads.map((payload) => {
    const frames = readAmrPayload(format, payload) ?? [];
    return frames.map((frame) => (format.interleaved ? undefined : spokenFrame(frame, format.wideband)));
  });
  return decodeSpeech(format.wideband ? 'amr-wb' : 'amr', opened, context);
};

/** Silence descriptors of annex B are silence, as RFC 3389 comfort noise is. */
export const decodeG729: BatchDecoder = (payloads, _codec, context) => {
  const opened = payloads.map((payload) => {
    const { speech, sid } = readG729Payload(payload);
    return sid ? [...speech, undefined] : speech;
  });
  return decodeSpeech('g729', opened, context);
};

/** The frame as a file holds it (RFC 4867 section 5.3), or nothing where nobody speaks in it. */
function spokenFrame({ type, good, bits }: AmrFrame, wideband: boolean): Buffer | undefined {
  if (!good || !isAmrSpeech(wideband, type)) return undefined;
  return Buffer.concat([Buffer.from([(type << 3) | 4]), bits]);
}
