/** The port to a speech decoder outside this process. */

/** Codecs for which no decoder may be shipped or exists in JavaScript. */
export type SpeechFormat = 'amr' | 'amr-wb' | 'g729';

/** Sample rate and samples of one frame. */
export const SPEECH_FORMATS: Readonly<
  Record<SpeechFormat, { readonly sampleRate: number; readonly frameSamples: number }>
> = {
  amr: { sampleRate: 8000, frameSamples: 160 },
  'amr-wb': { sampleRate: 16_000, frameSamples: 320 },
  g729: { sampleRate: 8000, frameSamples: 80 },
};

/** Decodes runs of speech frames; given to media from outside, because media starts no processes. */
export interface SpeechDecoder {
  /** What it can decode here and now; empty where the program it needs is not installed. */
  readonly formats: ReadonlySet<SpeechFormat>;
  /**
   * Decodes frames from fresh state. Frames are as a file of the format holds them: AMR and AMR-WB with their one-octet
   * header (RFC 4867 section 5.3), G.729 bare. Only speech frames are given. Answers all samples in a row.
   * Fails with `unavailable` when the decoder failed, `timeout` when it took too long.
   */
  decode(format: SpeechFormat, frames: readonly Uint8Array[], signal?: AbortSignal): Promise<Int16Array>;
}
