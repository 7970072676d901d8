/**
 * Decides which sender a stream belongs to: the first one it hears, until another has clearly taken over.
 * A sender is an SSRC at an address and port; no clock is used, only the order of packets.
 */

/** Where a datagram came from. */
export interface PacketSource {
  readonly address: string;
  readonly port: number;
}

/** A packet held back while its sender is on trial. */
export interface HeldPacket {
  readonly bytes: Buffer;
  readonly arrivalMs: number;
}

/**
 * `locked`: from our sender. `foreign`: from another, held for now. `switched`: this packet made its sender ours;
 * `held` are its earlier packets, oldest first, without this one.
 */
export type LockDecision =
  | { readonly kind: 'locked' }
  | { readonly kind: 'foreign'; readonly because: 'ssrc' | 'source' }
  | { readonly kind: 'switched'; readonly held: readonly HeldPacket[] };

/** A foreign sender takes over after this many packets since the lock... */
const SWITCH_AFTER_FOREIGN = 50;
/** ...of which this many came in a row, with none of ours between. */
const SWITCH_AFTER_CONSECUTIVE = 30;

const LOCKED: LockDecision = { kind: 'locked' };

/** One lock for one stream. At most 50 packets are held. */
export class SourceLock {
  #ssrc: number | undefined;
  #source: PacketSource | undefined;
  #rival: { ssrc: number; source: PacketSource; seen: number; held: HeldPacket[] } | undefined;

  /** The sender we follow, or `undefined` before the first packet and after `release`. */
  get current(): { ssrc: number; source: PacketSource } | undefined {
    if (this.#ssrc === undefined || this.#source === undefined) return undefined;
    return { ssrc: this.#ssrc, source: this.#source };
  }

  /** Judges one packet and moves the lock when its sender has earned it. */
  decide(ssrc: number, source: PacketSource, packet: HeldPacket): LockDecision {
    if (this.#source === undefined) return this.#take(ssrc, source, []);
    if (ssrc === this.#ssrc && sameSource(source, this.#source)) {
      if (this.#rival !== undefined) this.#rival.held = [];
      return LOCKED;
    }
    let rival = this.#rival;
    if (rival === undefined || rival.ssrc !== ssrc || !sameSource(rival.source, source)) {
      rival = { ssrc, source, seen: 0, held: [] };
      this.#rival = rival;
    }
    rival.seen++;
    if (rival.seen >= SWITCH_AFTER_FOREIGN && rival.held.length + 1 >= SWITCH_AFTER_CONSECUTIVE) {
      return this.#take(ssrc, source, rival.held);
    }
    rival.held.push(packet);
    return { kind: 'foreign', because: ssrc === this.#ssrc ? 'source' : 'ssrc' };
  }

  /** Forgets the sender: the next packet decides. For a re-INVITE, which may move or replace it. */
  release(): void {
    this.#ssrc = undefined;
    this.#source = undefined;
    this.#rival = undefined;
  }

  #take(ssrc: number, source: PacketSource, held: readonly HeldPacket[]): LockDecision {
    this.#ssrc = ssrc;
    this.#source = source;
    this.#rival = undefined;
    return { kind: 'switched', held };
  }
}

function sameSource(a: PacketSource, b: PacketSource): boolean {
  return a.port === b.port && a.address === b.address;
}
