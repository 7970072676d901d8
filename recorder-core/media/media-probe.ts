/** Looks into a packet now and then while a call runs: how loud is it, and does its size fit its codec? */
import type { CodecDescription } from './codec-description.ts';
import { payloadDuration } from './codec.ts';
import { decodePcma, decodePcmu } from './g711.ts';

/** About two looks a second cost next to nothing and still find a silent line within its alert's time. */
const PROBE_EVERY_MS = 500;

/** What the looks so far have shown. */
export interface ProbeFindings {
  /** Of the louder of the last two looks, in dB below overload (0 is a full-scale square wave); only for G.711. */
  readonly levelDbov: number | undefined;
  /** Looks at which the next packet's timestamp could be compared, and those at which the size did not fit. */
  readonly sized: number;
  readonly oddlySized: number;
}

const squares = (decode: (octets: Uint8Array) => Int16Array): Float64Array =>
  Float64Array.from(decode(Uint8Array.from({ length: 256 }, (_, octet) => octet)), (sample) => sample ** 2);
/** Energy of each octet, by encoding name. */
const ENERGY: Readonly<Record<string, Float64Array>> = {
  PCMU: squares(decodePcmu),
  PCMA: squares(decodePcma),
};
/** Quieter than any sample that G.711 can carry. */
const FLOOR_DBOV = -96;

/** One per stream. Feed it every audio packet; most it only counts past. */
export class MediaProbe {
  #nextMs = 0;
  #codec: CodecDescription | undefined;
  #sequence = -1;
  #timestamp = 0;
  #units: number | undefined;
  #level: number | undefined;
  #levelBefore: number | undefined;
  #sized = 0;
  #oddlySized = 0;

  /** True when this packet should be given to `look`. */
  wants(sequence: number, arrivalMs: number): boolean {
    return arrivalMs >= this.#nextMs || sequence === this.#sequence;
  }

  /** Takes a packet that is wanted. */
  look(packet: ProbedPacket, arrivalMs: number): void {
    if (packet.sequence === this.#sequence) this.#compare(packet);
    this.#sequence = -1;
    if (arrivalMs < this.#nextMs) return;
    this.#nextMs = arrivalMs + PROBE_EVERY_MS;
    this.#codec = packet.codec;
    this.#units = payloadDuration(packet.codec, packet.payload);
    this.#sequence = (packet.sequence + 1) & 0xffff;
    this.#timestamp = packet.timestamp;
    this.#levelBefore = this.#level;
    this.#level = levelDbov(packet.codec, packet.payload);
  }

  get findings(): ProbeFindings {
    const { 0: level } = [this.#level, this.#levelBefore]
      .filter((value) => value !== undefined)
      .sort((a, b) => b - a);
    return { levelDbov: level, sized: this.#sized, oddlySized: this.#oddlySized };
  }

  /** What a packet holds is what its timestamp leaves room for; between packets of one talk spurt the two are equal. */
  #compare({ codec, timestamp }: ProbedPacket): void {
    if (codec !== this.#codec || this.#units === undefined) return;
    this.#sized++;
    if (((timestamp - this.#timestamp) | 0) !== this.#units) this.#oddlySized++;
  }
}

/** What a look needs of a packet. */
export interface ProbedPacket {
  readonly codec: CodecDescription | undefined;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Buffer;
}

/** Mean level of a G.711 payload in dBov, -96 for digital silence; `undefined` for other codecs and nothing. */
export function levelDbov(codec: CodecDescription | undefined, payload: Uint8Array): number | undefined {
  const energy = ENERGY[codec?.name.toUpperCase() ?? ''];
  if (energy === undefined || payload.length === 0) return undefined;
  let sum = 0;
  for (const octet of payload) sum += energy[octet] ?? 0;
  return sum === 0 ? FLOOR_DBOV : Math.max(FLOOR_DBOV, 10 * Math.log10(sum / payload.length / 32_768 ** 2));
}
