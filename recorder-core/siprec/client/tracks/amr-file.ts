import { HoldfastError } from '../../../errors.ts';
import { amrFrameBits } from '../../../media/codecs/amr-format.ts';
import { checkPacketTime, clientCodec } from './client-codec.ts';
import { makeTrack, type Track } from './track.ts';

const MAGIC = { amr: '#!AMR\n', 'amr-wb': '#!AMR-WB\n' } as const;
const FRAME_MS = 20;
/** No request for a mode of the other side (RFC 4867 section 4.3.1). */
const NO_MODE_REQUEST = 0xf0;
const MORE_FRAMES = 0x80;
/** Frame type and quality bit of a frame header; the rest is padding (RFC 4867 section 5.3). */
const TYPE_AND_QUALITY = 0x7c;

/** The codec of an AMR storage file (RFC 4867 section 5), or undefined for any other file. */
export function amrFileCodec(file: Buffer): 'amr' | 'amr-wb' | undefined {
  const head = file.subarray(0, MAGIC['amr-wb'].length).toString('latin1');
  if (head === MAGIC['amr-wb']) return 'amr-wb';
  return head.startsWith(MAGIC.amr) ? 'amr' : undefined;
}

/**
 * A single-channel AMR or AMR-WB storage file (RFC 4867 section 5) as octet-aligned packets (section 4.4).
 *
 * @throws HoldfastError `invalid_input` when a frame is of a reserved type or is cut off.
 */
export function readAmrFile(file: Buffer, name: 'amr' | 'amr-wb', ptimeMs = 20): Track {
  const codec = clientCodec(name);
  checkPacketTime(codec, ptimeMs);
  const frames = readFrames(file.subarray(MAGIC[name].length), name === 'amr-wb');
  const perPacket = ptimeMs / FRAME_MS;
  const packets = Array.from({ length: Math.ceil(frames.length / perPacket) }, (_, index) => {
    const held = frames.slice(index * perPacket, (index + 1) * perPacket);
    return { payload: packAmrFrames(held), ticks: (held.length * FRAME_MS * codec.clockRate) / 1000 };
  });
  return makeTrack(codec, ptimeMs, packets);
}

/** One octet-aligned payload of storage frames: mode request, table of contents, speech data (section 4.4). */
export function packAmrFrames(frames: readonly Buffer[]): Buffer {
  const contents = frames.map((frame, index) => {
    const more = index < frames.length - 1 ? MORE_FRAMES : 0;
    return ((frame[0] ?? 0) & TYPE_AND_QUALITY) | more;
  });
  return Buffer.concat([
    Buffer.from([NO_MODE_REQUEST, ...contents]),
    ...frames.map((item) => item.subarray(1)),
  ]);
}

function readFrames(body: Buffer, wideband: boolean): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const bits = amrFrameBits(wideband, ((body[at] ?? 0) >> 3) & 0x0f);
    const end = at + 1 + Math.ceil((bits ?? 0) / 8);
    if (bits === undefined || end > body.length) {
      throw new HoldfastError(
        'invalid_input',
        `Frame ${frames.length + 1} of the AMR file is damaged or cut off; encode the file again, one channel.`,
        { field: 'audio' },
      );
    }
    frames.push(body.subarray(at, end));
    at = end;
  }
  return frames;
}
