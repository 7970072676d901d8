/** A WAV file (RIFF) that says what it is: PCM of 16 bits behind a LIST chunk of the kind INFO. */
import { wavHeader, type WavShape } from '../media/wav.ts';

/** RIFF INFO names of four letters and their texts, such as `ICMT` for a comment. */
export type WavInfo = Readonly<Record<string, string>>;

const RIFF_AND_FORMAT_BYTES = 36;
const MAX_U32 = 0xffffffff;

/** Everything before the samples. Beyond 4 GiB the length fields stand at their maximum, as in `wavHeader`. */
export function infoWavHeader(shape: WavShape, info: WavInfo): Buffer {
  const plain = wavHeader(shape);
  const list = listChunk(info);
  const header = Buffer.concat([
    plain.subarray(0, RIFF_AND_FORMAT_BYTES),
    list,
    plain.subarray(RIFF_AND_FORMAT_BYTES),
  ]);
  header.writeUInt32LE(Math.min(MAX_U32, plain.readUInt32LE(4) + list.length), 4);
  return header;
}

function listChunk(info: WavInfo): Buffer {
  const entries = Object.entries(info).map(([name, text]) => {
    // Ends with a zero, and an odd length is made even by one that is not counted.
    const value = Buffer.from(`${text.replaceAll('\0', ' ')}\0`, 'utf8');
    return Buffer.concat([chunkHead(name, value.length), value, Buffer.alloc(value.length % 2)]);
  });
  const body = Buffer.concat([Buffer.from('INFO', 'latin1'), ...entries]);
  return Buffer.concat([chunkHead('LIST', body.length), body]);
}

function chunkHead(name: string, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, 4, 'latin1');
  head.writeUInt32LE(length, 4);
  return head;
}
