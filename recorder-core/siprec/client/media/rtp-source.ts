import { buildRtp } from '../../../media/rtp.ts';

/** How fast a line's own clock runs: 100 ppm gains 0.1 ms in a second. */
export interface LineClock {
  readonly skewPpm: number;
  readonly clockRate: number;
}

/** What goes into one packet besides what the source numbers itself. */
export interface PacketContent {
  readonly payloadType: number;
  readonly marker: boolean;
  /** In units of the RTP clock since the call began. */
  readonly ticks: number;
  readonly payload: Buffer;
}

/** One synchronisation source (RFC 3550 section 8): random beginnings, then one number after the other. */
export class RtpSource {
  readonly ssrc: number;
  readonly firstSequence: number;
  readonly #firstTimestamp: number;
  packets = 0;
  octets = 0;

  /** `random` gives at least 10 bytes. */
  constructor(random: Buffer) {
    this.ssrc = random.readUInt32BE(0);
    this.#firstTimestamp = random.readUInt32BE(4);
    this.firstSequence = random.readUInt16BE(8);
  }

  /** The next packet and its sequence number. */
  next(content: PacketContent): { readonly sequence: number; readonly packet: Buffer } {
    const sequence = (this.firstSequence + this.packets) & 0xffff;
    this.packets += 1;
    this.octets += content.payload.length;
    const { payloadType, marker, ticks, payload } = content;
    const timestamp = this.timestampOf(ticks);
    return {
      sequence,
      packet: buildRtp({ payloadType, marker, sequence, timestamp, ssrc: this.ssrc, payload }),
    };
  }

  timestampOf(ticks: number): number {
    return (this.#firstTimestamp + ticks) % 2 ** 32;
  }
}

/** What the line's clock shows `ms` after the call began, in units of the RTP clock. */
export function ticksAt(ms: number, { skewPpm, clockRate }: LineClock): number {
  return Math.round((ms * (1 + skewPpm / 1e6) * clockRate) / 1000);
}
