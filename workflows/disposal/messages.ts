import { defineQuery } from '@temporalio/workflow';
import type { DisposalRef } from '../../activities/contract.ts';

/** Starts a disposal: one claimed recording. Only optional fields may be added. */
export interface DisposalInput extends DisposalRef {
  /** So long connections may take before the keys go without their answers. */
  readonly keysAtLatestMs?: number;
}

/** Where a disposal stands. `spared`: a hold or a new decision came in time, and nothing was destroyed. */
export type DisposalStage = 'deciding' | 'withdrawing' | 'spared' | 'removing' | 'certifying' | 'disposed';

/** What became of asking one connection to delete; `failed` after every retry the policy allows. */
export type WithdrawalState = 'pending' | 'done' | 'rejected' | 'unknown' | 'failed';

/** What the `status` query answers. */
export interface DisposalStatus {
  readonly stage: DisposalStage;
  /** By connection id. */
  readonly withdrawals: Readonly<Record<string, WithdrawalState>>;
  /** Leaf of the certificate in the ledger; null until it stands. */
  readonly ledgerIndex: number | null;
}

/** Where the disposal stands; answers on closed runs too. */
export const statusQuery = defineQuery<DisposalStatus>('status');
