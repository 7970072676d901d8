import { HoldfastError } from '../../../errors.ts';
import { amrFileCodec, readAmrFile } from './amr-file.ts';
import { checkPacketTime, clientCodec, type ClientCodec, type CodecName } from './client-codec.ts';
import { g711Track, type G711Audio } from './g711-track.ts';
import { isOggFile, readOggOpusFile } from './ogg-opus-file.ts';
import { makeTrack, type Track } from './track.ts';
import { isWavFile, readWavFile } from './wav-file.ts';

/** Octets in a ms of the codecs whose files are their payloads one after the other, without a header. */
const OCTETS_PER_MS: Partial<Record<CodecName, number>> = { g722: 8, g729: 1, 'g726-32': 4 };

/**
 * Makes a track of an audio file: WAV for G.711, Ogg Opus, AMR storage format, or the codec's bare octets (G.711 of the
 * law asked for, G.722, G.729 and little-endian G.726 as RFC 3551 packs it).
 *
 * @throws HoldfastError `invalid_input` when the file is of another codec or cannot be read.
 */
export function openTrack(file: Buffer, codecName: string, ptimeMs = 20): Track {
  const codec = clientCodec(codecName);
  const found = isOggFile(file) ? 'opus' : amrFileCodec(file);
  const isWav = isWavFile(file);
  const law = codec.codec === 'pcmu' || codec.codec === 'pcma' ? codec.codec : undefined;
  if ((found !== undefined && found !== codec.codec) || (isWav && law === undefined)) {
    throw mismatch(codec, found ?? 'WAV');
  }
  if (law !== undefined) {
    const audio: G711Audio = isWav ? readWavFile(file) : { law, octets: file };
    return g711Track(audio, law, ptimeMs);
  }
  if (found === 'opus') return readOggOpusFile(file);
  if (found !== undefined) return readAmrFile(file, found, ptimeMs);
  const octetsPerMs = OCTETS_PER_MS[codec.codec];
  if (octetsPerMs === undefined) throw mismatch(codec, 'unknown');
  return cut(file, codec, ptimeMs, octetsPerMs);
}

function cut(file: Buffer, codec: ClientCodec, ptimeMs: number, octetsPerMs: number): Track {
  checkPacketTime(codec, ptimeMs);
  const size = ptimeMs * octetsPerMs;
  const ticks = (ptimeMs * codec.clockRate) / 1000;
  const packets = Array.from({ length: Math.floor(file.length / size) }, (_, index) => ({
    payload: file.subarray(index * size, (index + 1) * size),
    ticks,
  }));
  return makeTrack(codec, ptimeMs, packets);
}

function mismatch(codec: ClientCodec, found: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The audio file is of the kind ${found} and cannot be sent as ${codec.name}; give a file of that codec, or leave the file out.`,
    { field: 'audio' },
  );
}
