import { parseRtcp, type ReportBlock } from '../../../media/rtcp.ts';

/** What the recorder reported of a line last (RFC 3550 section 6.4.2). */
export type Reported = Pick<ReportBlock, 'fractionLost' | 'cumulativeLost' | 'jitter'>;

/** When sender reports are due, and what came back. */
export class LineRtcp {
  readonly #intervalMs: number;
  #nextDue: number;
  sent = 0;
  received = 0;
  #reported: Reported | undefined;

  /** `intervalMs` of `Infinity` sends none; the first is due after a fifth of it, so that even a short call has one. */
  constructor(startMs: number, intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#nextDue = startMs + intervalMs / 5;
  }

  get nextDue(): number {
    return this.#nextDue;
  }

  /** True once for each time that is due; several missed ones are made up by one. */
  takeDue(nowMs: number): boolean {
    if (nowMs < this.#nextDue) return false;
    this.#nextDue = nowMs + this.#intervalMs;
    return true;
  }

  get reported(): Reported | undefined {
    return this.#reported;
  }

  /** Takes a datagram from the recorder; what cannot be read (SRTCP, for one) counts and says nothing. */
  receive(datagram: Buffer): void {
    this.received += 1;
    for (const packet of parseRtcp(datagram)) {
      if (packet.kind !== 'receiver-report') continue;
      const [block] = packet.reports;
      if (block === undefined) continue;
      const { fractionLost, cumulativeLost, jitter } = block;
      this.#reported = { fractionLost, cumulativeLost, jitter };
    }
  }
}
