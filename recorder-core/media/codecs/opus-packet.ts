/** Reads the framing of an Opus packet (RFC 6716 section 3), which is the whole RTP payload (RFC 7587 section 4.2). */

/** What a packet says about itself before any of it is decoded. */
export interface OpusPacket {
  /** Playing time in units of 1/48,000 s, the RTP clock of every Opus stream. */
  readonly duration: number;
  /** Sample rate that holds all of the packet's audio band (RFC 6716 table 1). */
  readonly bandRate: 8000 | 12_000 | 16_000 | 24_000 | 48_000;
  readonly frames: number;
}

/** No packet plays longer than 120 ms (requirement R5). */
const LONGEST = 5760;
/** No frame is longer (requirement R2). */
const MAX_FRAME_OCTETS = 1275;

/**
 * The packet's framing, or `undefined` when it breaks one of the requirements R1 to R7 of section 3.4: a decoder must
 * not be given such a packet. Never throws.
 */
export function readOpusPacket(payload: Uint8Array): OpusPacket | undefined {
  const toc = payload[0];
  if (toc === undefined) return undefined;
  const frames = countFrames(toc & 3, payload);
  const duration = frames * frameDuration(toc >> 3);
  return frames > 0 && duration <= LONGEST ? { duration, bandRate: bandRateOf(toc >> 3), frames } : undefined;
}

/** In 1/48,000 s; table 2: SILK 10 to 60 ms, hybrid 10 and 20 ms, CELT 2.5 to 20 ms. */
function frameDuration(config: number): number {
  if (config >= 16) return 120 << (config & 3);
  if (config >= 12) return 480 << (config & 1);
  return (config & 3) === 3 ? 2880 : 480 << (config & 3);
}

function bandRateOf(config: number): OpusPacket['bandRate'] {
  if (config < 12) return ([8000, 12_000, 16_000] as const)[(config >> 2) as 0 | 1 | 2];
  if (config < 16) return config < 14 ? 24_000 : 48_000;
  return ([8000, 16_000, 24_000, 48_000] as const)[((config - 16) >> 2) as 0 | 1 | 2 | 3];
}

/** How many frames there are by the packet's code (section 3.2), or 0 when their lengths do not fit the packet. */
function countFrames(code: number, payload: Uint8Array): number {
  const octets = payload.length - 1;
  if (code === 0) return octets <= MAX_FRAME_OCTETS ? 1 : 0;
  if (code === 1) return octets % 2 === 0 && octets / 2 <= MAX_FRAME_OCTETS ? 2 : 0;
  if (code === 2) return framesOfCode2(payload);
  return framesOfCode3(payload);
}

function framesOfCode2(payload: Uint8Array): number {
  const first = frameLength(payload, 1);
  if (first === undefined) return 0;
  const second = payload.length - first.end - first.octets;
  return second >= 0 && second <= MAX_FRAME_OCTETS ? 2 : 0;
}

/** Any number of frames, of one or of several lengths, with padding at the end (section 3.2.5). */
function framesOfCode3(payload: Uint8Array): number {
  const head = payload[1];
  const frames = (head ?? 0) & 0x3f;
  if (head === undefined || frames === 0) return 0;
  let at = 2;
  let padding = 0;
  if ((head & 0x40) !== 0) {
    let octet = 255;
    while (octet === 255) {
      octet = payload[at++] ?? -1;
      if (octet < 0) return 0;
      padding += octet === 255 ? 254 : octet;
    }
  }
  if ((head & 0x80) === 0) {
    const octets = payload.length - at - padding;
    return octets >= 0 && octets % frames === 0 && octets / frames <= MAX_FRAME_OCTETS ? frames : 0;
  }
  let named = 0;
  for (let i = 1; i < frames; i++) {
    const length = frameLength(payload, at);
    if (length === undefined) return 0;
    at = length.end;
    named += length.octets;
  }
  const last = payload.length - at - padding - named;
  return last >= 0 && last <= MAX_FRAME_OCTETS ? frames : 0;
}

/** A length in one or two octets (section 3.2.1), and where it ends. */
function frameLength(payload: Uint8Array, at: number): { octets: number; end: number } | undefined {
  const first = payload[at];
  if (first === undefined) return undefined;
  if (first < 252) return { octets: first, end: at + 1 };
  const second = payload[at + 1];
  return second === undefined ? undefined : { octets: 4 * second + first, end: at + 2 };
}
