import type { DisposalStage, DisposalStatus, WithdrawalState } from './messages.ts';

/** The state of one disposal, and all that its query tells. Pure; the workflow moves it. */
export class DisposalState {
  #stage: DisposalStage = 'deciding';
  #ledgerIndex: number | null = null;
  readonly #withdrawals = new Map<string, WithdrawalState>();

  enter(stage: DisposalStage): void {
    this.#stage = stage;
  }

  withdrawal(connectionId: string, outcome: WithdrawalState): void {
    this.#withdrawals.set(connectionId, outcome);
  }

  certified(ledgerIndex: number): void {
    this.#ledgerIndex = ledgerIndex;
    this.#stage = 'disposed';
  }

  /** True once every connection has answered, or was given up. */
  get isWithdrawn(): boolean {
    return [...this.#withdrawals.values()].every((state) => state !== 'pending');
  }

  get status(): DisposalStatus {
    return {
      stage: this.#stage,
      withdrawals: Object.fromEntries(this.#withdrawals),
      ledgerIndex: this.#ledgerIndex,
    };
  }
}
