/** The decoder port: from the stored payloads of one party and one codec to sound. */
import type { CodecDescription } from '../codec-description.ts';
import type { SpeechDecoder } from './speech-decoder.ts';

/** Rates that a recording is rendered at, in Hz: narrowband, wideband, and all of the band that can be heard. */
export type RenderRate = 8000 | 16_000 | 48_000;

/** What decoding may use besides the payloads. */
export interface DecodeContext {
  /** The rate the sound is wanted at; a codec that can give several picks it. */
  readonly rate: RenderRate;
  /** Decodes the codecs that this process cannot. */
  readonly speech?: SpeechDecoder | undefined;
  /** Ends the work early; nobody listens any more. */
  readonly signal?: AbortSignal | undefined;
}

/** 16-bit mono PCM, one array for each payload, in order. */
export interface DecodedBatch {
  readonly sampleRate: number;
  readonly pcm: readonly Int16Array[];
}

/**
 * Decodes payloads in media order, from fresh state, carrying state from one to the next. What is lost between two
 * payloads is not made up. A payload that cannot be decoded gives fewer samples, which play as silence; no payload makes
 * it fail. It fails only as the `SpeechDecoder` does.
 */
export type BatchDecoder = (
  payloads: readonly Uint8Array[],
  codec: CodecDescription,
  context: DecodeContext,
) => Promise<DecodedBatch>;

/** A decoder in this process that takes one payload after the other. */
export function decodeEach(
  sampleRate: number,
  open: () => { decode(payload: Uint8Array): Int16Array },
): BatchDecoder {
  return (payloads) => {
    const decoder = open();
    return Promise.resolve({ sampleRate, pcm: payloads.map((payload) => decoder.decode(payload)) });
  };
}
