import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { RoleChangeRef } from '../../activities/compliance-contract.ts';

/** Starts one change of a person's place. Only optional fields may be added. */
export interface RoleChangeInput extends RoleChangeRef {
  /** When what a leaver has open is looked at again; left out, after half a minute. */
  readonly settleMs?: number;
}

/** Where a change stands. */
export interface RoleChangeStatus {
  readonly state: string;
  /** When it counts; null before the first look. */
  readonly effectiveAt: string | null;
  /** Things that a leaver looked after and another has now, or nobody. */
  readonly things: number;
}

/** The row was withdrawn, or its date has changed. */
export const roleChangeTouched = defineSignal('roleChangeTouched');
export const statusQuery = defineQuery<RoleChangeStatus>('status');
