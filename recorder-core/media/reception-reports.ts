/** The receiver reports of one stream (RFC 3550 section 6.4.2): what was lost since the last one, and in all. */
import { buildReceiverReport } from './rtcp.ts';
import type { SenderMeter } from './sender-meter.ts';

/** One per stream; remembers where the last interval ended. */
export class ReceptionReports {
  readonly #ssrc: number;
  readonly #cname: string;
  #subject: SenderMeter | undefined;
  #reported = { expected: 0, received: 0 };

  constructor(ssrc: number, cname: string) {
    this.#ssrc = ssrc;
    this.#cname = cname;
  }

  /** A compound of RR and SDES about this sender, ready to send. Another sender than last time begins anew. */
  next(sender: SenderMeter, nowMs: number): Buffer {
    if (sender !== this.#subject) this.#reported = { expected: 0, received: 0 };
    this.#subject = sender;
    const counts = sender.counts();
    const expected = counts.expected - this.#reported.expected;
    const received = counts.received - this.#reported.received;
    this.#reported = counts;
    const last = sender.lastReport;
    const block = {
      ssrc: sender.ssrc,
      fractionLost: expected <= 0 || received >= expected ? 0 : ((expected - received) * 256) / expected,
      cumulativeLost: counts.lost,
      extendedHighestSequence: sender.highestSequence,
      jitter: sender.jitterUnits,
      lastSr:
        last === undefined ? 0 : ((last.report.ntpSeconds << 16) | (last.report.ntpFraction >>> 16)) >>> 0,
      delaySinceLastSr: last === undefined ? 0 : ((nowMs - last.arrivalMs) * 65_536) / 1000,
    };
    return buildReceiverReport({ ssrc: this.#ssrc, cname: this.#cname, reports: [block] });
  }
}
