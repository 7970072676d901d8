import { buildRtp, parseRtp } from '../../../recorder-core/media/rtp.ts';
import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { PACKET_TICKS, PAYLOAD_TYPE, payloadOf } from './test-payload.ts';

/** What the network does to a stream: chances from 0 to 1 a packet. */
export interface Impairment {
  readonly reorder?: number;
  readonly duplicate?: number;
  readonly loss?: number;
}

/** A stream as it arrives, and what was lost on the way. */
export interface ImpairedStream {
  /** Datagrams in the order in which they are sent; duplicates included. */
  readonly datagrams: readonly Buffer[];
  readonly duplicates: number;
  /** Numbers of the packets that never arrive. */
  readonly lost: ReadonlySet<number>;
}

/** A packet is overtaken by no more than this many. */
const MOST_OVERTAKEN = 4;
/** First sequence number: near the end of the range, so that it wraps early. */
const FIRST_SEQUENCE = 65_000;

/** `count` packets of the stream with this seed on an impaired way; the first and the last always arrive, in place. */
export function impairedPackets(seed: number, count: number, impairment: Impairment): ImpairedStream {
  const { reorder = 0, duplicate = 0, loss = 0 } = impairment;
  const random = seededRandom(seed);
  const lost = new Set<number>();
  const arrivals: { at: number; datagram: Buffer }[] = [];
  let duplicates = 0;
  for (let number = 0; number < count; number += 1) {
    const inside = number > 0 && number < count - 1;
    if (inside && random() < loss) {
      lost.add(number);
      continue;
    }
    const datagram = rtpPacket(seed, number);
    const delay = inside && number < count - 1 - MOST_OVERTAKEN && random() < reorder;
    const at = number + (delay ? 0.5 + Math.ceil(random() * MOST_OVERTAKEN) : 0);
    arrivals.push({ at, datagram });
    if (random() < duplicate) {
      duplicates += 1;
      arrivals.push({ at: at + 0.25 + Math.floor(random() * 3), datagram });
    }
  }
  const datagrams = arrivals.toSorted((a, b) => a.at - b.at).map(({ datagram }) => datagram);
  return { datagrams, duplicates, lost };
}

/** The number of the packet that these bytes are. */
export function numberOf(rtp: Buffer): number {
  return Math.round((parseRtp(rtp)?.timestamp ?? 0) / PACKET_TICKS);
}

function rtpPacket(seed: number, number: number): Buffer {
  return buildRtp({
    payloadType: PAYLOAD_TYPE,
    marker: number === 0,
    sequence: (FIRST_SEQUENCE + number) & 0xffff,
    timestamp: number * PACKET_TICKS,
    ssrc: seed,
    payload: payloadOf(seed, number),
  });
}
