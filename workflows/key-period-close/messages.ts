import { defineQuery } from '@temporalio/workflow';

/** Starts the closing of a period of keys; the Schedule in `temporal.yaml` gives it. */
export interface KeyPeriodCloseInput {
  /** Keys wrapped anew, and disposals completed, in one step. */
  readonly limit: number;
  /** Counted by earlier runs of the same closing; carried through continue-as-new. */
  readonly before?: Omit<KeyPeriodCloseStatus, 'stage' | 'waitingFor'>;
}

/** How far a closing is. `waiting`: old root keys are still in use, by what `waitingFor` names. */
export interface KeyPeriodCloseStatus {
  readonly stage: 'opening' | 'rewrapping' | 'waiting' | 'completing' | 'closed' | 'nothing';
  readonly periodId: string | null;
  readonly rewrapped: number;
  readonly replaced: number;
  readonly completed: number;
  readonly waitingFor: readonly string[];
  readonly beyondRecoveryAt: string | null;
}

export const statusQuery = defineQuery<KeyPeriodCloseStatus>('status');
