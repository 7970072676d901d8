import { defineQuery } from '@temporalio/workflow';
import type { PartDisposalRef } from '../../activities/contract.ts';

/** Starts the destruction of some parts of a recording. Only optional fields may be added. */
export type PartDisposalInput = PartDisposalRef;

/** Where it stands. `spared`: a hold or a rule keeps the parts, and nothing was touched. */
export type PartDisposalStage = 'deciding' | 'spared' | 'removing' | 'certifying' | 'certified';

/** What the `status` query answers. */
export interface PartDisposalStatus {
  readonly stage: PartDisposalStage;
  /** Parts that were destroyed; 0 until that is certified. */
  readonly parts: number;
}

/** Where the destruction stands; answers on closed runs too. */
export const partDisposalStatus = defineQuery<PartDisposalStatus>('status');
