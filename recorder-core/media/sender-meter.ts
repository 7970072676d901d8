/** What is counted of one sender while its packets arrive: numbering, jitter, lateness, and its clock by its reports. */
import { JitterMeter } from './jitter.ts';
import { LateMeter } from './late-meter.ts';
import type { PayloadType } from './payload-types.ts';
import type { SenderReport } from './rtcp.ts';
import type { RtpView } from './rtp-view.ts';
import type { ClockPoint } from './sender-report-check.ts';
import { doubtOf, ntpToUnixMs } from './sender-report-check.ts';
import type { SequenceCounts } from './sequence.ts';
import { SequenceTracker } from './sequence.ts';

/** `unknown` before two reports, or for a sender that states no wall clock; `doubtful` when the last did not fit. */
export type SenderClockState = 'unknown' | 'steady' | 'doubtful';

/** One per SSRC. */
export class SenderMeter {
  readonly ssrc: number;
  readonly #sequence = new SequenceTracker();
  readonly #jitter = new JitterMeter();
  readonly #late = new LateMeter();
  #clockRate = 8000;
  #lastReport: { report: SenderReport; arrivalMs: number } | undefined;
  #clockPoint: ClockPoint | undefined;
  #clockState: SenderClockState = 'unknown';

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** Takes the packet that the view stands on; false when it is a duplicate. */
  take(view: RtpView, type: PayloadType, arrivalMs: number): boolean {
    if (this.#sequence.update(view.sequence) === 'duplicate') return false;
    if (type.role === 'telephone-event') return true;
    this.#clockRate = type.clockRate;
    this.#late.update(arrivalMs, this.#jitter.update(arrivalMs, view.timestamp, type.clockRate));
    return true;
  }

  /** Takes a sender report; those of other senders are passed over. */
  takeReport(report: SenderReport, arrivalMs: number): void {
    if (report.ssrc !== this.ssrc) return;
    const before = this.#lastReport;
    this.#lastReport = { report, arrivalMs };
    if (report.ntpSeconds === 0 && report.ntpFraction === 0) return;
    const units = before === undefined ? 0 : (report.rtpTimestamp - before.report.rtpTimestamp) | 0;
    const point: ClockPoint = {
      ntpMs: ntpToUnixMs(report.ntpSeconds, report.ntpFraction),
      mediaMs: (this.#clockPoint?.mediaMs ?? 0) + (units * 1000) / this.#clockRate,
      arrivalMs,
    };
    const doubt = doubtOf(point, this.#clockPoint);
    if (doubt !== undefined) this.#clockState = 'doubtful';
    else if (this.#clockPoint !== undefined) this.#clockState = 'steady';
    this.#clockPoint = point;
  }

  get clockState(): SenderClockState {
    return this.#clockState;
  }

  get lastReport(): { readonly report: SenderReport; readonly arrivalMs: number } | undefined {
    return this.#lastReport;
  }

  counts(): SequenceCounts {
    return this.#sequence.counts();
  }

  get highestSequence(): number {
    return this.#sequence.highest;
  }

  get late(): number {
    return this.#late.late;
  }

  get jitterMs(): number {
    return this.#jitter.milliseconds;
  }

  get jitterUnits(): number {
    return this.#jitter.clockUnits;
  }
}
