/** The decoder port: from stored payload to sound. A codec grows here as one more row and one more file. */
import type { CodecDescription } from './codec-description.ts';
import { decodePcma, decodePcmu } from './g711.ts';

/** Decodes the packets of one party and one codec, given in media order. */
export interface Decoder {
  /** Of the samples that `decode` returns, in Hz. */
  readonly sampleRate: number;
  /** 16-bit mono PCM. Never throws: a payload that cannot be decoded gives fewer samples, which play as silence. */
  decode(payload: Uint8Array): Int16Array;
}

interface CodecEntry {
  /** Makes a fresh decoder; absent when we keep the payload but cannot play it yet. */
  readonly open?: () => Decoder;
  /** Playing time of one payload in units of the RTP clock, where the payload alone tells it. */
  readonly durationOf?: (payload: Uint8Array) => number;
}

const octetPerUnit = (payload: Uint8Array): number => payload.length;
/** Frames of 10 bytes and 10 ms; a last frame of 2 bytes is a silence descriptor of the same length. */
const g729Frames = (payload: Uint8Array): number => Math.ceil(payload.length / 10) * 80;

/** By encoding name in capitals, as in the IANA registry of RTP payload formats. */
const CODECS: Readonly<Record<string, CodecEntry>> = {
  PCMU: { open: () => ({ sampleRate: 8000, decode: decodePcmu }), durationOf: octetPerUnit },
  PCMA: { open: () => ({ sampleRate: 8000, decode: decodePcma }), durationOf: octetPerUnit },
  G722: { durationOf: octetPerUnit },
  G729: { durationOf: g729Frames },
  'G726-32': { durationOf: (payload) => payload.length * 2 },
};

function entryOf(codec: CodecDescription | undefined): CodecEntry | undefined {
  return codec?.channels === 1 ? CODECS[codec.name.toUpperCase()] : undefined;
}

/** A new decoder, or `undefined` for a codec that is kept but cannot be played: it renders as silence of its length. */
export function openDecoder(codec: CodecDescription | undefined): Decoder | undefined {
  return entryOf(codec)?.open?.();
}

/** True when `openDecoder` gives a decoder for it. */
export function isDecodable(codec: CodecDescription | undefined): boolean {
  return entryOf(codec)?.open !== undefined;
}

/** Playing time of a payload in units of the codec's RTP clock, or `undefined` when only the next timestamp can tell. */
export function payloadDuration(
  codec: CodecDescription | undefined,
  payload: Uint8Array,
): number | undefined {
  return entryOf(codec)?.durationOf?.(payload);
}
