import { HoldfastError } from '../../../errors.ts';
import { readOpusPacket } from '../../../media/codecs/opus-packet.ts';
import { clientCodec } from './client-codec.ts';
import { makeTrack, type Track } from './track.ts';

const CAPTURE = 'OggS';
const PAGE_HEADER_BYTES = 27;
/** A lacing value of 255 says that the packet goes on (RFC 3533 section 6). */
const GOES_ON = 255;
/** Identification and comment headers stand before the audio (RFC 7845 section 3). */
const HEADER_PACKETS = 2;

/** True for a file that begins as an Ogg stream. */
export function isOggFile(file: Buffer): boolean {
  return file.subarray(0, CAPTURE.length).toString('latin1') === CAPTURE;
}

/**
 * The packets of an Ogg Opus file (RFC 7845), one RTP payload each (RFC 7587 section 4.2). Page checksums are not looked
 * at. The packet time is that of the file.
 *
 * @throws HoldfastError `invalid_input` when it is not one Opus stream or is damaged.
 */
export function readOggOpusFile(file: Buffer): Track {
  const packets = readPackets(file);
  if (packets[0]?.subarray(0, 8).toString('latin1') !== 'OpusHead') {
    throw damaged('holds no Opus stream');
  }
  const audio = packets.slice(HEADER_PACKETS).map((payload) => {
    const read = readOpusPacket(payload);
    if (read === undefined) throw damaged('holds a packet that is no Opus packet');
    return { payload, ticks: read.duration };
  });
  return makeTrack(clientCodec('opus'), (audio[0]?.ticks ?? 960) / 48, audio);
}

function readPackets(file: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let pieces: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const bodyAt = at + PAGE_HEADER_BYTES + (file[at + PAGE_HEADER_BYTES - 1] ?? 0);
    if (!isOggFile(file.subarray(at)) || bodyAt > file.length) throw damaged('is cut off or damaged');
    let end = bodyAt;
    for (const lacing of file.subarray(at + PAGE_HEADER_BYTES, bodyAt)) {
      if (end + lacing > file.length) throw damaged('is cut off or damaged');
      pieces.push(file.subarray(end, end + lacing));
      end += lacing;
      if (lacing === GOES_ON) continue;
      packets.push(Buffer.concat(pieces));
      pieces = [];
    }
    at = end;
  }
  return packets;
}

function damaged(what: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The Ogg file ${what}; make it anew, for instance with "ffmpeg -i voice.wav -c:a libopus voice.opus".`,
    { field: 'audio' },
  );
}
