/** When a custodian who does not answer is reminded, and when their superior is told. Pure. */

/** A notice as far as its next step depends on it. Times in ms since 1970. */
export interface NoticeState {
  readonly sentAtMs: number;
  readonly remindDays: number;
  readonly mostReminders: number;
  /** How many reminders were given. */
  readonly reminders: number;
  readonly escalated: boolean;
  /** Acknowledged, or no longer needed. */
  readonly over: boolean;
}

/** What is due now, and when to look again; null where nothing is to come. */
export interface NoticeStep {
  readonly reminders: number;
  readonly escalate: boolean;
  readonly nextAtMs: number | null;
}

const DAY_MS = 86_400_000;

/**
 * A reminder every `remindDays`, `mostReminders` of them, then once to the superior. Where several are overdue, as after
 * days without a worker, one is given and counted as all of them: nobody is told the same thing twice at once.
 */
export function noticeStep(notice: NoticeState, nowMs: number): NoticeStep {
  const { sentAtMs, remindDays, mostReminders, reminders, escalated, over } = notice;
  if (over || escalated) return { reminders, escalate: false, nextAtMs: null };
  const periods = Math.max(0, Math.floor((nowMs - sentAtMs) / (remindDays * DAY_MS)));
  if (periods > mostReminders) return { reminders: mostReminders, escalate: true, nextAtMs: null };
  return {
    reminders: Math.max(reminders, periods),
    escalate: false,
    nextAtMs: sentAtMs + (periods + 1) * remindDays * DAY_MS,
  };
}
