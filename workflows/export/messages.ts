import { defineSignal } from '@temporalio/workflow';
import type { ExportRef } from '../../activities/contract.ts';

/** Starts the making of one export that was approved. Only optional fields may be added. */
export type ExportInput = ExportRef;

/** How an export went; the row has the rest. */
export interface ExportResult {
  readonly made: boolean;
}

/** Somebody has taken the export back; the row says so already. */
export const exportRevoked = defineSignal('exportRevoked');
