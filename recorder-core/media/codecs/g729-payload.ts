/** Takes the frames out of a G.729 payload (RFC 3551 section 4.5.6, ITU-T G.729 annexes A and B). */

/** Of a speech frame and of a silence descriptor, in octets; either stands for 10 ms. */
const SPEECH_OCTETS = 10;
const SID_OCTETS = 2;
/** Playing time of a frame in samples, which are the units of the RTP clock. */
export const G729_FRAME_SAMPLES = 80;

/** What a payload holds. */
export interface G729Payload {
  /** Speech frames in order. */
  readonly speech: readonly Uint8Array[];
  /** True when a silence descriptor follows them. */
  readonly sid: boolean;
}

/** Splits a payload. Octets at the end that are neither frame nor descriptor are passed over. Never throws. */
export function readG729Payload(payload: Uint8Array): G729Payload {
  const count = Math.floor(payload.length / SPEECH_OCTETS);
  const speech = Array.from({ length: count }, (_, i) =>
    payload.subarray(i * SPEECH_OCTETS, (i + 1) * SPEECH_OCTETS),
  );
  return { speech, sid: payload.length - count * SPEECH_OCTETS === SID_OCTETS };
}
