import { HoldfastError } from '../../../errors.ts';
import type { G711Audio } from './g711-track.ts';

/** Format tags of RFC 2361. */
const PCM = 1;
const A_LAW = 6;
const MU_LAW = 7;
const SAMPLE_RATE = 8000;

/** True for a file that begins as RIFF/WAVE. */
export function isWavFile(file: Buffer): boolean {
  return (
    file.subarray(0, 4).toString('latin1') === 'RIFF' && file.subarray(8, 12).toString('latin1') === 'WAVE'
  );
}

/**
 * The audio of a WAV file of 8 kHz and one channel: 16-bit samples, or octets of either law as they are.
 *
 * @throws HoldfastError `invalid_input` for any other kind of WAV file.
 */
export function readWavFile(file: Buffer): G711Audio {
  const chunks = readChunks(file);
  const format = chunks.get('fmt ');
  const data = chunks.get('data');
  if (format === undefined || format.length < 16 || data === undefined) throw refused();
  const [tag, channels, rate, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(14),
  ];
  if (channels !== 1 || rate !== SAMPLE_RATE) throw refused();
  if (tag === MU_LAW && bits === 8) return { law: 'pcmu', octets: data };
  if (tag === A_LAW && bits === 8) return { law: 'pcma', octets: data };
  if (tag !== PCM || bits !== 16) throw refused();
  const samples = Int16Array.from({ length: data.length >> 1 }, (_, index) => data.readInt16LE(2 * index));
  return { law: 'linear', samples };
}

/** Chunks by name, the first of each; a length beyond the end, as streams write it, is cut to the file. */
function readChunks(file: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= file.length;) {
    const name = file.subarray(at, at + 4).toString('latin1');
    const length = file.readUInt32LE(at + 4);
    if (!chunks.has(name)) chunks.set(name, file.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length & 1);
  }
  return chunks;
}

function refused(): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    'The WAV file cannot be sent: it must have one channel of 8000 Hz, 16-bit PCM or G.711. Convert it, for instance with "sox voice.wav -r 8000 -c 1 -b 16 out.wav".',
    { field: 'audio' },
  );
}
