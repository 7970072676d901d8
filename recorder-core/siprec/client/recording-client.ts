import { randomBytes } from 'node:crypto';
import type { CallOptions } from './call-options.ts';
import type { CallReport } from './call-report.ts';
import type { CallTools } from './call-tools.ts';
import { checkImpairments } from './media/impairments.ts';
import { RealTimeClock } from './media/real-time-pacer.ts';
import { PlayedCall, type DialogPlan } from './played-call.ts';
import { clientForm } from './signalling/client-dialect.ts';
import { planOffer } from './signalling/offer-plan.ts';

/** What a client needs: a started user agent, which it neither starts nor closes, and for tests a clock and randomness. */
export type RecordingClientOptions = Pick<CallTools, 'userAgent'> & Partial<CallTools>;

/**
 * A SIPREC source (RFC 7866 section 6.1) for tests, demonstrations and people who ask what to test
 * with: places a call, sends each party's audio in real time, hangs up, and says what it sent.
 */
export class RecordingClient {
  readonly #tools: CallTools;

  constructor(options: RecordingClientOptions) {
    const clock = new RealTimeClock();
    this.#tools = { pacer: clock.newPacer, now: Date.now, random: randomBytes, ...options };
  }

  /**
   * Plays one call; hundreds may run at once.
   *
   * @throws HoldfastError `invalid_input` for a call that cannot be played; what the user agent says
   * when the last of its targets refuses; `unsupported` when the answer leaves no line to send on.
   * Whatever happens, the ports are closed and open dialogs are ended.
   */
  async place(call: CallOptions): Promise<CallReport> {
    checkImpairments(call.impairments);
    const offer = planOffer(clientForm(call.dialect), call.offer);
    const sipSessionId = call.callId ?? this.#tools.random(16).toString('hex');
    const run = (plan: Pick<DialogPlan, 'parties' | 'firstLine'>): Promise<CallReport> =>
      new PlayedCall(call, { ...plan, offer, sipSessionId }, this.#tools).run();
    if (offer.form.dialogs !== 'per-line' || call.parties.length < 2) {
      return run({ parties: call.parties, firstLine: 0 });
    }
    return mergeReports(
      await Promise.allSettled(call.parties.map((party, firstLine) => run({ parties: [party], firstLine }))),
    );
  }
}

/** The dialogs of one call as one; the call has failed when any of them has. All of them are over. */
function mergeReports(ended: readonly PromiseSettledResult<CallReport>[]): CallReport {
  const reports = ended.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return reports.reduce((merged, report) => ({
    ...merged,
    streams: [...merged.streams, ...report.streams],
    setupMs: Math.max(merged.setupMs, report.setupMs),
    endedAt: Math.max(merged.endedAt, report.endedAt),
  }));
}
