import { createHmac, timingSafeEqual } from 'node:crypto';

/** How nonces are made and judged. */
export interface NonceOptions {
  readonly now: () => number;
  readonly random: (bytes: number) => Buffer;
  /** Milliseconds a nonce may be used. Default five minutes. */
  readonly lifetime?: number;
  /** Nonces in use whose counts are remembered; beyond them the oldest must be asked for again. Default 10,000. */
  readonly remembered?: number;
}

const FIVE_MINUTES = 300_000;
const MANY = 10_000;
/** Time, random part, and what vouches for both. */
const PARTS = { time: 6, random: 8, seal: 16 } as const;
const SIGNED = PARTS.time + PARTS.random;
/** Counts below the highest that may still come, as requests overtake each other on UDP. */
const WINDOW = 32;

/** The counts of one nonce that were used: the highest, and a bit for each of the 32 from it downwards. */
interface Counts {
  readonly highest: number;
  readonly seen: number;
}

/**
 * Nonces that carry their own proof (RFC 7616 section 3.3, 5.4): asking for one costs us no memory, so nobody can fill it. Only
 * counts of nonces that were used with the right password are remembered, a bounded number of them.
 */
export class DigestNonces {
  readonly #options: NonceOptions;
  readonly #key: Buffer;
  readonly #counts = new Map<string, Counts>();
  /** Nonces up to this time may have been forgotten: unknown ones from before it are not taken. */
  #forgottenUntil = -1;

  constructor(options: NonceOptions) {
    this.#options = options;
    this.#key = options.random(32);
  }

  /** A nonce that only this address may use. */
  issue(address: string): string {
    const signed = Buffer.alloc(SIGNED);
    signed.writeUIntBE(this.#options.now(), 0, PARTS.time);
    this.#options.random(PARTS.random).copy(signed, PARTS.time);
    return Buffer.concat([signed, this.#seal(signed, address)]).toString('base64url');
  }

  /**
   * Takes the count `nc` (eight hex digits) of a nonce whose response was right. False when the nonce is not ours, is too
   * old or for another address, or when the count was used before: whoever knows the password gets a new nonce then.
   */
  take(nonce: string, nc: string, address: string): boolean {
    const issuedAt = this.#issuedAt(nonce, address);
    const count = /^[\da-f]{8}$/i.test(nc) ? Number.parseInt(nc, 16) : 0;
    const { now, lifetime = FIVE_MINUTES } = this.#options;
    if (issuedAt === undefined || count === 0 || now() - issuedAt > lifetime) return false;
    const known = this.#counts.get(nonce);
    if (known === undefined && issuedAt <= this.#forgottenUntil) return false;
    const next = known === undefined ? { highest: count, seen: 1 } : withCount(known, count);
    if (next === undefined) return false;
    this.#counts.set(nonce, next);
    if (known === undefined) this.#forget();
    return true;
  }

  /** A map keeps the order in which nonces were first used, which is nearly that of their issue. */
  #forget(): void {
    if (this.#counts.size <= (this.#options.remembered ?? MANY)) return;
    const [oldest] = this.#counts.keys();
    if (oldest === undefined) return;
    this.#counts.delete(oldest);
    this.#forgottenUntil = Math.max(
      this.#forgottenUntil,
      Buffer.from(oldest, 'base64url').readUIntBE(0, PARTS.time),
    );
  }

  #issuedAt(nonce: string, address: string): number | undefined {
    const bytes = Buffer.from(nonce, 'base64url');
    // Only the one spelling that we issued, as the table knows nonces by it.
    if (bytes.length !== SIGNED + PARTS.seal || bytes.toString('base64url') !== nonce) return undefined;
    const signed = bytes.subarray(0, SIGNED);
    if (!timingSafeEqual(bytes.subarray(SIGNED), this.#seal(signed, address))) return undefined;
    return signed.readUIntBE(0, PARTS.time);
  }

  #seal(signed: Buffer, address: string): Buffer {
    return createHmac('sha256', this.#key).update(signed).update(address).digest().subarray(0, PARTS.seal);
  }
}

function withCount({ highest, seen }: Counts, count: number): Counts | undefined {
  const ahead = count - highest;
  if (ahead >= WINDOW) return { highest: count, seen: 1 };
  if (ahead > 0) return { highest: count, seen: ((seen << ahead) | 1) >>> 0 };
  const bit = -ahead < WINDOW ? (1 << -ahead) >>> 0 : 0;
  return bit === 0 || (seen & bit) !== 0 ? undefined : { highest, seen: (seen | bit) >>> 0 };
}
