/**
 * Until when a request has to be answered: every clock of the pack that runs for it, with its date. Uses time zones: call it
 * from activities and the hub, and give workflows the instants. Pure.
 */
import type { RequestClockRow, RequestKind, RequestPause } from './clock-rows.ts';
import { dueAt, requestClocksOf } from './due-at.ts';
import { holidaysOf, type Rulebook } from './rulebook.ts';

/** What of a request its clocks depend on. Instants are RFC 3339. */
export interface TimedRequest {
  readonly kind: RequestKind;
  readonly places: readonly string[];
  readonly receivedAt: string;
  readonly verifiedAt: string | null;
  readonly extendedAt: string | null;
  readonly pauses: readonly {
    readonly for: RequestPause;
    readonly from: string;
    /** Null while it waits. */
    readonly to: string | null;
  }[];
}

/** One clock that runs. */
export interface RunningClock {
  readonly id: string;
  readonly regime: string;
  readonly step: RequestClockRow['step'];
  readonly status: 'verified' | 'unverified';
  readonly source: string;
  /** From when it counts. */
  readonly startsAt: string;
  readonly dueAt: string;
  /** Whether a pause stops it, and whether it can still be prolonged. */
  readonly pausable: boolean;
  readonly extendable: boolean;
}

/** The clocks of a request, those due first at the front. A clock from verification counts from receipt until that is known. */
export function clocksOf(request: TimedRequest, rules: Rulebook, now: string): RunningClock[] {
  const pauses = request.pauses.map((pause) => ({ ...pause, to: pause.to ?? now }));
  const { kind, places, extendedAt } = request;
  return requestClocksOf(rules.pack, { kind, places, classes: [] })
    .map((row) => {
      const start =
        row.startsAt === 'verification' ? (request.verifiedAt ?? request.receivedAt) : request.receivedAt;
      const holidays = holidaysOf(rules, row.jurisdiction);
      const first = dueAt(row, start, holidays, { pauses });
      const strict = row.status !== 'verified';
      return {
        id: row.id,
        regime: row.regime,
        step: row.step,
        status: row.status,
        source: row.source,
        startsAt: start,
        dueAt: extendedAt === null ? first : dueAt(row, start, holidays, { pauses, extended: true }),
        pausable: !strict && row.pauses.length > 0,
        extendable: !strict && row.extension !== null && extendedAt === null && now < first,
      };
    })
    .sort((a, b) => (a.dueAt + a.id < b.dueAt + b.id ? -1 : 1));
}

/** When the first answer is due; null without a clock. */
export function answerDueAt(clocks: readonly RunningClock[]): string | null {
  return clocks.find(({ step }) => step === 'answer')?.dueAt ?? null;
}

/**
 * Where a clock stands. `unknown`: its date is over, and nothing here says whether the receipt was acknowledged, for that is
 * written elsewhere. `ended`: nothing is owed any more, because the person took the request back or never proved who asks.
 */
export type RequestClockState = 'running' | 'paused' | 'met' | 'late' | 'missed' | 'unknown' | 'ended';

/** How a request ended, as far as its clocks go. */
export interface EndOfRequest {
  /** Null while it is open. */
  readonly endedAt: string | null;
  /** Whether the person got an answer or a refusal. */
  readonly told: boolean;
}

/** The state of a clock at an instant. Pure. */
export function requestClockState(
  { step, dueAt: due, pausable }: Pick<RunningClock, 'step' | 'dueAt' | 'pausable'>,
  { endedAt, told }: EndOfRequest,
  waits: boolean,
  now: string,
): RequestClockState {
  if (endedAt !== null) {
    if (!told) return 'ended';
    if (Date.parse(endedAt) <= Date.parse(due)) return 'met';
    return step === 'acknowledge' ? 'unknown' : 'late';
  }
  if (waits && pausable) return 'paused';
  if (Date.parse(now) < Date.parse(due)) return 'running';
  return step === 'acknowledge' ? 'unknown' : 'missed';
}
