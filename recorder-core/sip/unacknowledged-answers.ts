import { AnswerUntilAck } from './answer-until-ack.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { SipTimers } from './timers.ts';

/** The 2xx answers of one dialog that wait for their ACK, by the CSeq of their INVITE. */
export class UnacknowledgedAnswers {
  readonly #timers: SipTimers;
  readonly #waiting = new Map<number, { answer: AnswerUntilAck; done: (acknowledged: boolean) => void }>();

  constructor(timers: SipTimers) {
    this.#timers = timers;
  }

  /** Repeats the 2xx just sent until its ACK; `done` is called once, with false when none came in 64 × T1, not after `stop`. */
  add(cseq: number, transaction: ServerTransaction, done: (acknowledged: boolean) => void): void {
    const answer = new AnswerUntilAck(transaction, this.#timers, () => {
      this.#waiting.delete(cseq);
      done(false);
    });
    this.#waiting.set(cseq, { answer, done });
  }

  /** Takes an ACK; false for a repeated one and for one that belongs to no answer of ours. */
  acknowledge(cseq: number): boolean {
    const waiting = this.#waiting.get(cseq);
    if (waiting === undefined) return false;
    this.#waiting.delete(cseq);
    waiting.answer.acknowledge();
    waiting.done(true);
    return true;
  }

  /** Resolves when each that waits now has its ACK, was given up, or was stopped. */
  async settled(): Promise<void> {
    await Promise.all([...this.#waiting.values()].map(({ answer }) => answer.settled));
  }

  /** Stops repeating; idempotent. */
  stop(): void {
    for (const { answer } of this.#waiting.values()) answer.stop();
    this.#waiting.clear();
  }
}
