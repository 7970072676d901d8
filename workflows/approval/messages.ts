import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ApprovalRef } from '../../activities/compliance-contract.ts';

/** Starts the wait for the answer to one question. Only optional fields may be added. */
export type ApprovalInput = ApprovalRef;

/** Where the wait stands; the row has the answer. */
export interface ApprovalStatus {
  readonly over: boolean;
  /** Level of people that was asked, from 0. */
  readonly level: number;
  /** When something is due next; null before the first look and at the end. */
  readonly nextAt: string | null;
}

/** Somebody has decided or withdrawn; the row says so already. */
export const approvalEnded = defineSignal('approvalEnded');
export const statusQuery = defineQuery<ApprovalStatus>('status');
