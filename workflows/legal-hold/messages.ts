import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { MatterRef } from '../../activities/compliance-contract.ts';

/** Follows one matter to its end. Only optional fields may be added. */
export type LegalHoldInput = MatterRef;

/** Where the run stands; the rows have the rest. */
export interface LegalHoldStatus {
  readonly over: boolean;
  /** When something is due next: a reminder, a review, the end of a grace; null where it waits for people. */
  readonly nextAt: string | null;
  /** Notices that were sent through a connection, or could not be. */
  readonly sent: number;
  readonly failed: number;
}

/** The rows of the matter have changed: a hold, an answer, an acknowledgement. */
export const matterChanged = defineSignal('matterChanged');
export const statusQuery = defineQuery<LegalHoldStatus>('status');
