/** Turns a condition that comes and goes into an alert that does not flap. */

/** How long a condition must hold, in milliseconds. */
export interface LatchTimes {
  /** Before the alert is raised; 0 for a condition that is itself an observation over time. */
  readonly raiseAfterMs: number;
  /** Before it is cleared, and between a clearing and the next raising: nothing changes twice within this time. */
  readonly holdOffMs: number;
}

/** One alert of one stream. Deterministic: the same conditions at the same times give the same changes. */
export class AlertLatch {
  readonly #times: LatchTimes;
  #raised = false;
  #sinceMs: number | undefined;
  #changedMs = -Infinity;

  constructor(times: LatchTimes) {
    this.#times = times;
  }

  get raised(): boolean {
    return this.#raised;
  }

  /** Takes the condition as of now, `nowMs` not going back; tells a change. */
  observe(nowMs: number, condition: boolean): 'raised' | 'cleared' | undefined {
    if (condition === this.#raised) {
      this.#sinceMs = undefined;
      return undefined;
    }
    this.#sinceMs ??= nowMs;
    const { raiseAfterMs, holdOffMs } = this.#times;
    const wanted = condition ? raiseAfterMs : holdOffMs;
    if (nowMs - this.#sinceMs < wanted || nowMs - this.#changedMs < holdOffMs) return undefined;
    this.#raised = condition;
    this.#sinceMs = undefined;
    this.#changedMs = nowMs;
    return condition ? 'raised' : 'cleared';
  }
}
