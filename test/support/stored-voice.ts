import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLogHeader, encodePacketRecord } from '../../recorder-core/media/packet-log.ts';
import type { CodecDescription } from '../../recorder-core/media/codec-description.ts';
import { buildRtp } from '../../recorder-core/media/rtp.ts';

/** A voice in one codec: what an SDP says of it and its RTP payloads in order. */
export interface StoredVoice {
  readonly codec: CodecDescription;
  readonly payloads: readonly Buffer[];
  /** Between two packets, in units of the RTP clock. */
  readonly step: number;
  /** SHA-256 of the 16-bit PCM that an independent decoder makes of all payloads, where decoders agree to the bit. */
  readonly pcmSha256?: string;
}

const FOLDER = join(import.meta.dirname, 'voices');
const read = (name: string): Buffer => readFileSync(join(FOLDER, name));

/** Frames of AMR and AMR-WB without their header, in octets by frame type. */
const AMR_OCTETS = [12, 13, 15, 17, 19, 20, 26, 31, 5];
const AMR_WB_OCTETS = [17, 23, 32, 36, 40, 46, 50, 58, 60, 5];

function codec(name: string, clockRate = 8000, more: Partial<CodecDescription> = {}): CodecDescription {
  return { payloadType: 96, name, clockRate, channels: 1, ...more };
}

function split(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.floor(bytes.length / length) }, (_, i) =>
    bytes.subarray(i * length, (i + 1) * length),
  );
}

function splitByLength(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    packets.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)));
  }
  return packets;
}

/** One frame a payload, octet-aligned: mode request, table of contents, bits. */
function splitAmr(bytes: Buffer, magic: string, octets: readonly number[]): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = magic.length; at < bytes.length;) {
    const end = at + 1 + (octets[((bytes[at] ?? 0) >> 3) & 15] ?? 0);
    payloads.push(Buffer.concat([Buffer.from([0xf0]), bytes.subarray(at, end)]));
    at = end;
  }
  return payloads;
}

const ALIGNED = { fmtp: 'octet-align=1' };
const STEREO = { channels: 2 };

/** One voice for each codec that can be played. */
export const STORED_VOICES = {
  g722: {
    codec: codec('G722'),
    payloads: split(read('voice.g722'), 160),
    step: 160,
    pcmSha256: '8a1c1f0722c2a8e7bf32099657a19a0dc43cc440e116af59a6ce610e8d4305a4',
  },
  g726at16: {
    codec: codec('G726-16'),
    payloads: split(read('voice.g726-16'), 40),
    step: 160,
    pcmSha256: '84f4ea579f4694eead14fb04e761977932c32f985b12683426975c2cabd8755c',
  },
  g726at24: {
    codec: codec('G726-24'),
    payloads: split(read('voice.g726-24'), 60),
    step: 160,
    pcmSha256: '138e21aabbbc369e50a5092ab744a5a65fca079b815d7e7489a9b993abafc86b',
  },
  g726at32: {
    codec: codec('G726-32'),
    payloads: split(read('voice.g726-32'), 80),
    step: 160,
    pcmSha256: '8df9881d474cad17998e496139acf4aaae0d4647627f44c62897fcb2e57ec778',
  },
  g726at40: {
    codec: codec('G726-40'),
    payloads: split(read('voice.g726-40'), 100),
    step: 160,
    pcmSha256: '516a7b6361a26d5b83fa714ae0471f191002ea030e5fff70fc683e6e907dc214',
  },
  opus: {
    codec: codec('opus', 48_000, STEREO),
    payloads: splitByLength(read('voice-mono.opus')),
    step: 960,
  },
  opusStereo: {
    codec: codec('opus', 48_000, STEREO),
    payloads: splitByLength(read('voice-stereo.opus')),
    step: 2880,
  },
  amr: {
    codec: codec('AMR', 8000, ALIGNED),
    payloads: splitAmr(read('voice.amr'), '#!AMR\n', AMR_OCTETS),
    step: 160,
  },
  amrWb: {
    codec: codec('AMR-WB', 16_000, ALIGNED),
    payloads: splitAmr(read('voice.awb'), '#!AMR-WB\n', AMR_WB_OCTETS),
    step: 320,
  },
  g729: { codec: codec('G729'), payloads: split(read('voice.g729'), 20), step: 160 },
} as const satisfies Record<string, StoredVoice>;

/** A packet log in which the voice is said `times` times in a row; packets for which `lost` is true did not come. */
export function logVoice(
  { codec: description, payloads, step }: StoredVoice,
  {
    times = 1,
    lost = () => false,
    startedAtMs = 0,
  }: { times?: number; lost?: (i: number) => boolean; startedAtMs?: number } = {},
): Buffer {
  const records = Array.from({ length: times * payloads.length }, (_, i) => {
    const rtp = buildRtp({
      payloadType: description.payloadType,
      sequence: i & 0xffff,
      timestamp: i * step,
      ssrc: 7,
      payload: payloads[i % payloads.length] ?? Buffer.alloc(0),
    });
    return lost(i) ? Buffer.alloc(0) : encodePacketRecord((i * step * 1e6) / description.clockRate, rtp);
  });
  const header = encodeLogHeader({ version: 1, label: '1', codecs: [description], startedAtMs });
  return Buffer.concat([header, ...records]);
}
