/** Packets on their way through a network that delays them: out come those whose time has come, by time, then by arrival. */
export class ReleaseQueue {
  readonly #packets: { readonly atMs: number; readonly packet: Buffer }[] = [];

  add(packet: Buffer, atMs: number): void {
    // Nearly in order: delays are short beside the time between packets.
    let place = this.#packets.length;
    while (place > 0 && (this.#packets[place - 1]?.atMs ?? 0) > atMs) place -= 1;
    this.#packets.splice(place, 0, { atMs, packet });
  }

  /** When the next packet comes out; `Infinity` when there is none. */
  nextDue(): number {
    return this.#packets[0]?.atMs ?? Infinity;
  }

  /** When the last packet comes out; `-Infinity` when there is none. */
  lastDue(): number {
    return this.#packets.at(-1)?.atMs ?? -Infinity;
  }

  /** Takes out what is due at `nowMs`. */
  release(nowMs: number): Buffer[] {
    const held = this.#packets.findIndex(({ atMs }) => atMs > nowMs);
    return this.#packets.splice(0, held < 0 ? this.#packets.length : held).map(({ packet }) => packet);
  }
}
