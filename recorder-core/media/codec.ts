/** What the product knows of each codec: how long a payload plays, how wide its band is, and how it becomes sound. */
import type { CodecDescription } from './codec-description.ts';
import { amrFormatOf } from './codecs/amr-format.ts';
import { readAmrPayload } from './codecs/amr-payload.ts';
import type { BatchDecoder, RenderRate } from './codecs/decoder.ts';
import { decodeEach } from './codecs/decoder.ts';
import { G722Decoder } from './codecs/g722.ts';
import { G726Decoder } from './codecs/g726.ts';
import type { G726Format } from './codecs/g726-payload.ts';
import { g726Samples } from './codecs/g726-payload.ts';
import { G729_FRAME_SAMPLES, readG729Payload } from './codecs/g729-payload.ts';
import { decodeOpus } from './codecs/opus.ts';
import { readOpusPacket } from './codecs/opus-packet.ts';
import { decodeAmr, decodeG729 } from './codecs/speech-codecs.ts';
import type { SpeechDecoder, SpeechFormat } from './codecs/speech-decoder.ts';
import { decodePcma, decodePcmu } from './g711.ts';

interface CodecEntry {
  readonly decode: BatchDecoder;
  /** The one RTP clock the codec has; a description with another is not this codec. */
  readonly clockRate: number;
  /** Channels that the SDP may name; Opus always says 2, whatever it sends (RFC 7587 section 7). */
  readonly maxChannels: number;
  /** Set where decoding needs a `SpeechDecoder` for this format. */
  readonly speech?: SpeechFormat;
  /** Playing time of one payload in units of the RTP clock; `undefined` for a payload that cannot be one. */
  readonly durationOf: (payload: Uint8Array, codec: CodecDescription) => number | undefined;
  /** The least render rate that keeps the payload's whole band. */
  readonly bandRateOf: (payload: Uint8Array) => RenderRate;
}

/** A codec of telephony, unless `change` says otherwise. */
function entry(
  decode: BatchDecoder,
  durationOf: CodecEntry['durationOf'],
  change: Partial<CodecEntry> = {},
): CodecEntry {
  return { decode, durationOf, clockRate: 8000, maxChannels: 1, bandRateOf: () => 8000, ...change };
}

const octetPerUnit: CodecEntry['durationOf'] = (payload) => payload.length;

const g729Duration: CodecEntry['durationOf'] = (payload) => {
  const { speech, sid } = readG729Payload(payload);
  return (speech.length + (sid ? 1 : 0)) * G729_FRAME_SAMPLES;
};

const amrDuration: CodecEntry['durationOf'] = (payload, codec) => {
  const frames = readAmrPayload(amrFormatOf(codec), payload);
  return frames === undefined ? undefined : (frames.length * codec.clockRate) / 50;
};

const opusBandRate: CodecEntry['bandRateOf'] = (payload) => {
  const rate = readOpusPacket(payload)?.bandRate ?? 8000;
  if (rate > 16_000) return 48_000;
  return rate > 8000 ? 16_000 : 8000;
};

function g726(bits: G726Format['bits'], highBitsFirst: boolean): CodecEntry {
  const format = { bits, highBitsFirst };
  const decode = decodeEach(8000, () => new G726Decoder(format));
  return entry(decode, (payload) => g726Samples(format, payload.length));
}

/** By encoding name in capitals, as in the IANA registry of RTP payload formats. */
const CODECS: Readonly<Record<string, CodecEntry>> = {
  PCMU: entry(
    decodeEach(8000, () => ({ decode: decodePcmu })),
    octetPerUnit,
  ),
  PCMA: entry(
    decodeEach(8000, () => ({ decode: decodePcma })),
    octetPerUnit,
  ),
  G722: entry(
    decodeEach(16_000, () => new G722Decoder()),
    octetPerUnit,
    { bandRateOf: () => 16_000 },
  ),
  G729: entry(decodeG729, g729Duration, { speech: 'g729' }),
  AMR: entry(decodeAmr, amrDuration, { speech: 'amr' }),
  'AMR-WB': entry(decodeAmr, amrDuration, {
    speech: 'amr-wb',
    clockRate: 16_000,
    bandRateOf: () => 16_000,
  }),
  OPUS: entry(decodeOpus, (payload) => readOpusPacket(payload)?.duration, {
    clockRate: 48_000,
    maxChannels: 2,
    bandRateOf: opusBandRate,
  }),
  'G726-16': g726(2, false),
  'G726-24': g726(3, false),
  'G726-32': g726(4, false),
  'G726-40': g726(5, false),
  'AAL2-G726-16': g726(2, true),
  'AAL2-G726-24': g726(3, true),
  'AAL2-G726-32': g726(4, true),
  'AAL2-G726-40': g726(5, true),
};

function entryOf(codec: CodecDescription | undefined): CodecEntry | undefined {
  if (codec === undefined) return undefined;
  const name = codec.name.toUpperCase();
  const found = Object.hasOwn(CODECS, name) ? CODECS[name] : undefined;
  return codec.clockRate === found?.clockRate && codec.channels <= found.maxChannels ? found : undefined;
}

/** The codec's decoder, or `undefined` when its payloads are kept but cannot be played here: they are silence. */
export function decoderOf(
  codec: CodecDescription | undefined,
  speech: SpeechDecoder | undefined,
): BatchDecoder | undefined {
  const found = entryOf(codec);
  return found?.speech === undefined || speech?.formats.has(found.speech) === true
    ? found?.decode
    : undefined;
}

/** True when it can be played; AMR, AMR-WB and G.729 only with a `SpeechDecoder` that has them. */
export function isDecodable(codec: CodecDescription | undefined, speech?: SpeechDecoder): boolean {
  return decoderOf(codec, speech) !== undefined;
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

/** The least render rate that keeps the whole band of a payload: of one that cannot be decoded, the lowest there is. */
export function payloadBandRate(codec: CodecDescription | undefined, payload: Uint8Array): RenderRate {
  return entryOf(codec)?.bandRateOf(payload) ?? 8000;
}
