/** AMR, AMR-WB and G.729 decoded by the machine's own ffmpeg, one short-lived process for each stretch. */
import { SPEECH_FORMATS } from '../media/codecs/speech-decoder.ts';
import type { SpeechDecoder, SpeechFormat } from '../media/codecs/speech-decoder.ts';
import { Places } from './places.ts';
import { runFilter } from './run-filter.ts';

/** Name of ffmpeg's demuxer, what a file of the format begins with, and the decoders that will do. */
const FFMPEG: Readonly<
  Record<
    SpeechFormat,
    { readonly demuxer: string; readonly magic: string; readonly decoders: readonly string[] }
  >
> = {
  amr: { demuxer: 'amr', magic: '#!AMR\n', decoders: ['amrnb', 'libopencore_amrnb'] },
  'amr-wb': { demuxer: 'amr', magic: '#!AMR-WB\n', decoders: ['amrwb', 'libopencore_amrwb'] },
  g729: { demuxer: 'g729', magic: '', decoders: ['g729'] },
};

/** A stretch takes a tenth of a second; this is for a machine in trouble. */
const TIMEOUT_MS = 30_000;
const MAX_LIST_BYTES = 1_000_000;

export interface FfmpegOptions {
  /** Full path of ffmpeg, or a name that is looked for in the system's own folders. */
  readonly program: string;
  /** How many processes may run at a time; further stretches wait. */
  readonly atOnce: number;
}

/**
 * Asks ffmpeg what it can decode. Where it is not installed, or not usable, the decoder has no formats and never fails;
 * the question is asked once, so an ffmpeg installed later is found at the next start.
 */
export async function openFfmpegSpeechDecoder({ program, atOnce }: FfmpegOptions): Promise<SpeechDecoder> {
  const list = await runFilter({
    program,
    args: ['-hide_banner', '-decoders'],
    input: Buffer.alloc(0),
    maxOutputBytes: MAX_LIST_BYTES,
    timeoutMs: TIMEOUT_MS,
  }).catch(() => Buffer.alloc(0));
  const names = new Set(list.toString('latin1').split(/\s+/));
  const all = Object.keys(FFMPEG) as SpeechFormat[];
  const formats = new Set(all.filter((format) => FFMPEG[format].decoders.some((name) => names.has(name))));
  const places = new Places(atOnce);
  return {
    formats,
    decode: (format, frames, signal) => places.take(() => decode(program, format, frames, signal)),
  };
}

async function decode(
  program: string,
  format: SpeechFormat,
  frames: readonly Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<Int16Array> {
  const { demuxer, magic } = FFMPEG[format];
  const { sampleRate, frameSamples } = SPEECH_FORMATS[format];
  const output = await runFilter({
    program,
    args: ['-hide_banner', '-loglevel', 'error', '-threads', '1', '-f', demuxer, '-i', 'pipe:0'].concat([
      '-f',
      's16le',
      '-ac',
      '1',
      '-ar',
      String(sampleRate),
      'pipe:1',
    ]),
    input: Buffer.concat([Buffer.from(magic, 'latin1'), ...frames]),
    maxOutputBytes: 2 * frames.length * frameSamples,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  return Int16Array.from({ length: output.length >> 1 }, (_, i) => output.readInt16LE(2 * i));
}
