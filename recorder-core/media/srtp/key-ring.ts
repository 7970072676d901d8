/** The master keys of one agreement, ready for use, of which a packet names one by its MKI. */
import { HoldfastError } from '../../errors.ts';
import type { Protocol } from './key-derivation.ts';
import { makeProtection } from './make-protection.ts';
import type { PacketProtection } from './packet-protection.ts';
import type { SrtpKeys } from './srtp-keys.ts';

interface Entry {
  readonly keys: SrtpKeys;
  /** That of RTCP is made on first use: many streams never have any. */
  readonly made: Partial<Record<Protocol, PacketProtection>>;
}

const NO_MKI = new Uint8Array(0);

/** One key, or several that their MKIs tell apart. */
export class KeyRing {
  readonly #entries: readonly Entry[];

  /** @throws HoldfastError `invalid_input` without any key, or for one of a wrong size */
  constructor(keys: readonly SrtpKeys[]) {
    if (keys.length === 0) {
      throw new HoldfastError(
        'invalid_input',
        'A secured stream was given no key, so nothing of it can be read. Take the keys of the accepted a=crypto line.',
      );
    }
    this.#entries = keys.map((one) => ({ keys: one, made: { rtp: makeProtection(one, 'rtp') } }));
  }

  /** What opens this packet, by the MKI where one was agreed; undefined when it is none of ours, or too short. */
  protectionFor(packet: Buffer, protocol: Protocol): PacketProtection | undefined {
    for (const { keys, made } of this.#entries) {
      const protection = (made[protocol] ??= makeProtection(keys, protocol));
      if (keys.mki === undefined) return protection;
      const at = packet.length - protection.mkiFromEnd;
      if (at >= 0 && packet.subarray(at, at + keys.mki.length).equals(keys.mki)) return protection;
    }
    return undefined;
  }

  /** True when these are the keys of this ring, in the same order. */
  holds(keys: readonly SrtpKeys[]): boolean {
    return (
      keys.length === this.#entries.length &&
      this.#entries.every((entry, i) => {
        const other = keys[i];
        return other !== undefined && areEqual(entry.keys, other);
      })
    );
  }
}

function areEqual(a: SrtpKeys, b: SrtpKeys): boolean {
  return (
    a.suite === b.suite &&
    Buffer.compare(a.masterKey, b.masterKey) === 0 &&
    Buffer.compare(a.masterSalt, b.masterSalt) === 0 &&
    Buffer.compare(a.mki ?? NO_MKI, b.mki ?? NO_MKI) === 0
  );
}
