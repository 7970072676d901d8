import { HoldfastError } from '../errors.ts';
import { MARK_RATE, type PcmShape } from './sound-mark.ts';

/** Sound out of a file, as `findSoundMark` takes it. */
export interface ReadSound {
  readonly pcm: Int16Array;
  readonly shape: PcmShape;
}

const PCM = 1;

/**
 * Reads a WAV file of 16-bit PCM (RIFF) at a rate in which marks can be looked for. A length beyond the end, as streams have it,
 * is the end. @throws HoldfastError `unsupported` saying what to convert to.
 */
export function readWav(bytes: Buffer): ReadSound {
  if (
    bytes.length < 12 ||
    bytes.toString('latin1', 0, 4) !== 'RIFF' ||
    bytes.toString('latin1', 8, 12) !== 'WAVE'
  )
    throw unsupported('it is not a WAV file');
  let shape: PcmShape | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'fmt ') shape = readShape(content);
    if (name === 'data' && shape !== undefined) return { shape, pcm: samplesOf(content, shape.channels) };
    at += 8 + length + (length % 2);
  }
  throw unsupported('it has no sound in it');
}

function readShape(format: Buffer): PcmShape {
  if (format.length < 16 || format.readUInt16LE(0) !== PCM || format.readUInt16LE(14) !== 16)
    throw unsupported('its samples are not PCM of 16 bits');
  const [channels, rate] = [format.readUInt16LE(2), format.readUInt32LE(4)];
  if (channels === 0 || rate === 0 || rate % MARK_RATE !== 0)
    throw unsupported(`its rate of ${rate} Hz is no multiple of ${MARK_RATE} Hz`);
  return { rate, channels };
}

function samplesOf(data: Buffer, channels: number): Int16Array {
  const frames = Math.floor(data.length / 2 / channels);
  return Int16Array.from({ length: frames * channels }, (_, i) => data.readInt16LE(2 * i));
}

function unsupported(reason: string): HoldfastError {
  return new HoldfastError(
    'unsupported',
    `The file cannot be searched for a mark: ${reason}. Convert it first, for example by: ffmpeg -i <file> -ar 8000 -c:a pcm_s16le <file>.wav`,
  );
}
