import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CutRef } from '../../activities/compliance-contract.ts';
import type { CutState } from '../../recorder-core/policy/cut.ts';

/** Starts the work on one cut that a second person has answered. Only optional fields may be added. */
export type RecordingCutInput = CutRef;

/** Where the run stands; the row has the rest. */
export interface RecordingCutStatus {
  readonly state: CutState | null;
  /** When it is looked at again; null while it works and at the end. */
  readonly nextAt: string | null;
}

/** The row, or what keeps the span, may have changed. */
export const cutChanged = defineSignal('cutChanged');
/** Where the cut stands; answers on closed runs too. */
export const recordingCutStatus = defineQuery<RecordingCutStatus>('status');
