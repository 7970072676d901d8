/**
 * Decides which sender a stream belongs to. A sender is an SSRC at an address and port.
 *
 * - Nobody yet: the first packet decides when it comes from the address the SDP names, or when none is known.
 * - A sender at another address than the SDP names is on trial (NAT makes such senders honest, the open network makes
 *   them suspect), and so is any other SSRC, address or port than that of our sender: its packets are held, and it
 *   takes over when it has sent 50, of which 30 in a row, and ours has been quiet for a while.
 * - The address that the SDP names takes the stream back at once.
 * - Under the rule `strict` nobody from another address is ever on trial.
 *
 * What is held goes into the recording when its sender takes over, so a move costs no packet; and at the end of the line,
 * where nobody else was heard any more. A few are on trial beside each other, so that stray packets end no trial.
 */

/** Where a datagram came from. */
export interface PacketSource {
  readonly address: string;
  readonly port: number;
}

/** Where the SDP says media will come from. Its port is no part of it: senders behind NAT and many others use another. */
export interface ExpectedSource {
  /** An IP address in text; an unspecified one (hold by `c=0.0.0.0`) expects nobody in particular. */
  readonly address: string;
  /** `latch`: another address may prove itself; `strict`: it may not. */
  readonly rule: 'latch' | 'strict';
}

/** A packet held back while its sender is on trial. */
export interface HeldPacket {
  readonly bytes: Buffer;
  readonly arrivalMs: number;
}

/**
 * `foreign`: from another sender, held for now. `refused`: never to be taken. `switched`: this packet made its sender
 * ours; `held` are its earlier packets, oldest first, without this one.
 */
export type LockDecision =
  | { readonly kind: 'foreign'; readonly because: 'ssrc' | 'source' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'switched'; readonly held: readonly HeldPacket[] };

interface Rival extends PacketSource {
  readonly ssrc: number;
  seen: number;
  held: HeldPacket[];
  heldBytes: number;
}

const SWITCH_AFTER_FOREIGN = 50;
const SWITCH_AFTER_CONSECUTIVE = 30;
/** Our sender must have been quiet this long, so that a burst between two of its packets takes nothing over... */
const QUIET_MS = 500;
/** ...and longer when it is where the SDP says and the rival is not. */
const QUIET_AT_EXPECTED_MS = 2000;
/** Oldest go first beyond this; enough for the longest trial of 64 kbit/s audio in 20 ms packets, with room. */
const MAX_HELD_BYTES = 32_768;
/** On trial at once; a further one takes the place of the one that has sent least. */
const MAX_RIVALS = 3;
/** At the end of a line so many packets are a sender, and fewer are strays. */
const TAKEN_AT_END = 10;

const REFUSED: LockDecision = { kind: 'refused' };

/** One lock for one stream. Holds packets of at most three rivals, 32 KiB of each. */
export class SourceLock {
  #expected: ExpectedSource | undefined;
  #ssrc = 0;
  #address: string | undefined;
  #port = 0;
  #atExpected = false;
  #lastMs = 0;
  #rivals: Rival[] = [];

  /** The address that the latest SDP names, or `undefined` when it names none that can be compared. */
  expect(expected: ExpectedSource | undefined): void {
    const known = expected !== undefined && !/^(0\.0\.0\.0|::)$/.test(expected.address);
    this.#expected = known ? { ...expected, address: plainAddress(expected.address) } : undefined;
    this.#atExpected = this.#address !== undefined && this.#isExpected(this.#address);
  }

  /** True for a packet of our own sender, the usual case; else ask `judge`. */
  isOurs(ssrc: number, source: PacketSource, arrivalMs: number): boolean {
    if (ssrc !== this.#ssrc || source.port !== this.#port || source.address !== this.#address) return false;
    this.#lastMs = arrivalMs;
    if (this.#rivals.length > 0) {
      for (const rival of this.#rivals) {
        if (rival.heldBytes === 0) continue;
        rival.held = [];
        rival.heldBytes = 0;
      }
    }
    return true;
  }

  /** Judges a packet of another sender than ours, and moves the lock when that sender has earned it. */
  judge(ssrc: number, source: PacketSource, packet: HeldPacket): LockDecision {
    const expected = this.#isExpected(source.address);
    if (!expected && this.#expected?.rule === 'strict') return REFUSED;
    const rival = this.#rivalOf(ssrc, source);
    const free = this.#address === undefined;
    // Where the SDP names an address, it is ours at once when nobody is, or only somebody from elsewhere.
    const atOnce = expected && (free || (this.#expected !== undefined && !this.#atExpected));
    rival.seen++;
    const proven = rival.seen >= SWITCH_AFTER_FOREIGN && rival.held.length + 1 >= SWITCH_AFTER_CONSECUTIVE;
    if (atOnce || (proven && this.#isQuiet(packet.arrivalMs, expected))) {
      return this.#take(rival, packet.arrivalMs, expected);
    }
    hold(rival, packet);
    return { kind: 'foreign', because: ssrc === this.#ssrc ? 'source' : 'ssrc' };
  }

  /**
   * The line ends: gives the packets of the sender on trial that has sent most since ours fell silent, and makes it ours.
   * Undefined where there is none, or ours was heard a moment ago.
   */
  settle(nowMs: number): { readonly ssrc: number; readonly held: readonly HeldPacket[] } | undefined {
    const [most] = this.#rivals.toSorted((a, b) => b.held.length - a.held.length);
    if (most === undefined || most.held.length < TAKEN_AT_END) return undefined;
    const expected = this.#isExpected(most.address);
    if (!this.#isQuiet(nowMs, expected)) return undefined;
    this.#take(most, nowMs, expected);
    return { ssrc: most.ssrc, held: most.held };
  }

  /** True for the address of our sender and the one the SDP names; for any while there is neither. */
  knows(address: string): boolean {
    if (this.#address === undefined) return this.#isExpected(address);
    return address === this.#address || (this.#expected !== undefined && this.#isExpected(address));
  }

  /** Forgets our sender, not the one on trial: for a re-INVITE, which may move or replace it. */
  release(): void {
    this.#address = undefined;
    this.#atExpected = false;
  }

  #isExpected(address: string): boolean {
    return this.#expected === undefined || plainAddress(address) === this.#expected.address;
  }

  #isQuiet(nowMs: number, expected: boolean): boolean {
    const quiet = this.#atExpected && !expected ? QUIET_AT_EXPECTED_MS : QUIET_MS;
    return this.#address === undefined || nowMs - this.#lastMs >= quiet;
  }

  #rivalOf(ssrc: number, { address, port }: PacketSource): Rival {
    const known = this.#rivals.find(
      (rival) => rival.ssrc === ssrc && rival.port === port && rival.address === address,
    );
    if (known !== undefined) return known;
    const rival: Rival = { ssrc, address, port, seen: 0, held: [], heldBytes: 0 };
    if (this.#rivals.length === MAX_RIVALS) {
      const least = Math.min(...this.#rivals.map(({ seen }) => seen));
      this.#rivals.splice(
        this.#rivals.findIndex(({ seen }) => seen === least),
        1,
      );
    }
    this.#rivals.push(rival);
    return rival;
  }

  #take(rival: Rival, arrivalMs: number, expected: boolean): LockDecision {
    this.#ssrc = rival.ssrc;
    this.#address = rival.address;
    this.#port = rival.port;
    this.#atExpected = expected;
    this.#lastMs = arrivalMs;
    this.#rivals = [];
    return { kind: 'switched', held: rival.held };
  }
}

function hold(rival: Rival, packet: HeldPacket): void {
  rival.held.push(packet);
  rival.heldBytes += packet.bytes.length;
  while (rival.heldBytes > MAX_HELD_BYTES) rival.heldBytes -= rival.held.shift()?.bytes.length ?? 0;
}

/** An IPv4 address as a dual-stack socket shows it (RFC 4291 section 2.5.5.2) is that IPv4 address. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address.toLowerCase();
}
