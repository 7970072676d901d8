/** The decoder port: from stored payload to sound. A codec grows here as one more row and one more file. */
import type { CodecDescription } from './codec-description.ts';
import { amrFormatOf } from './codecs/amr-format.ts';
import { readAmrPayload } from './codecs/amr-payload.ts';
import { G729_FRAME_SAMPLES, readG729Payload } from './codecs/g729-payload.ts';
import type { G726Format } from './codecs/g726-payload.ts';
import { g726Samples } from './codecs/g726-payload.ts';
import { readOpusPacket } from './codecs/opus-packet.ts';
import { decodePcma, decodePcmu } from './g711.ts';

/** Decodes the packets of one party and one codec, given in media order. */
export interface Decoder {
  /** Of the samples that `decode` returns, in Hz. */
  readonly sampleRate: number;
  /** 16-bit mono PCM. Never throws: a payload that cannot be decoded gives fewer samples, which play as silence. */
  decode(payload: Uint8Array): Int16Array;
}

interface CodecEntry {
  /** The one RTP clock the codec has; a description with another is not this codec. */
  readonly clockRate: number;
  /** Channels that the SDP may name; Opus always says 2, whatever it sends (RFC 7587 section 7). */
  readonly maxChannels: number;
  /** Makes a fresh decoder; absent when we keep the payload but cannot play it yet. */
  readonly open?: () => Decoder;
  /** Playing time of one payload in units of the RTP clock; `undefined` for a payload that cannot be one. */
  readonly durationOf: (payload: Uint8Array, codec: CodecDescription) => number | undefined;
}

type DurationOf = CodecEntry['durationOf'];

function entry(durationOf: DurationOf, change: Partial<CodecEntry> = {}): CodecEntry {
  return { clockRate: 8000, maxChannels: 1, durationOf, ...change };
}

const octetPerUnit: DurationOf = (payload) => payload.length;

const g729Duration: DurationOf = (payload) => {
  const { speech, sid } = readG729Payload(payload);
  return (speech.length + (sid ? 1 : 0)) * G729_FRAME_SAMPLES;
};

const amrDuration: DurationOf = (payload, codec) => {
  const frames = readAmrPayload(amrFormatOf(codec), payload);
  return frames === undefined ? undefined : (frames.length * codec.clockRate) / 50;
};

const g726Entry = (bits: G726Format['bits'], highBitsFirst: boolean): CodecEntry =>
  entry((payload) => g726Samples({ bits, highBitsFirst }, payload.length));

/** By encoding name in capitals, as in the IANA registry of RTP payload formats. */
const CODECS: Readonly<Record<string, CodecEntry>> = {
  PCMU: entry(octetPerUnit, { open: () => ({ sampleRate: 8000, decode: decodePcmu }) }),
  PCMA: entry(octetPerUnit, { open: () => ({ sampleRate: 8000, decode: decodePcma }) }),
  G722: entry(octetPerUnit),
  G729: entry(g729Duration),
  AMR: entry(amrDuration),
  'AMR-WB': entry(amrDuration, { clockRate: 16_000 }),
  OPUS: entry((payload) => readOpusPacket(payload)?.duration, { clockRate: 48_000, maxChannels: 2 }),
  'G726-16': g726Entry(2, false),
  'G726-24': g726Entry(3, false),
  'G726-32': g726Entry(4, false),
  'G726-40': g726Entry(5, false),
  'AAL2-G726-16': g726Entry(2, true),
  'AAL2-G726-24': g726Entry(3, true),
  'AAL2-G726-32': g726Entry(4, true),
  'AAL2-G726-40': g726Entry(5, true),
};

function entryOf(codec: CodecDescription | undefined): CodecEntry | undefined {
  if (codec === undefined) return undefined;
  const name = codec.name.toUpperCase();
  const found = Object.hasOwn(CODECS, name) ? CODECS[name] : undefined;
  return codec.clockRate === found?.clockRate && codec.channels <= found.maxChannels ? found : undefined;
}

/** A new decoder, or `undefined` for a codec that is kept but cannot be played: it renders as silence of its length. */
export function openDecoder(codec: CodecDescription | undefined): Decoder | undefined {
  return entryOf(codec)?.open?.();
}

/** True when `openDecoder` gives a decoder for it. */
export function isDecodable(codec: CodecDescription | undefined): boolean {
  return entryOf(codec)?.open !== undefined;
}

/**
 * Playing time of a payload in units of the codec's RTP clock, exact for every codec we know; `undefined` when only the
 * next timestamp can tell: an unknown codec, or a payload that breaks its format.
 */
export function payloadDuration(
  codec: CodecDescription | undefined,
  payload: Uint8Array,
): number | undefined {
  return codec === undefined ? undefined : entryOf(codec)?.durationOf(payload, codec);
}
