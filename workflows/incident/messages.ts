import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { IncidentRef } from '../../activities/compliance-contract.ts';

/** Starts the watch over one incident. Only optional fields may be added. */
export type IncidentInput = IncidentRef;

/** Where the watch stands; the row has all else. */
export interface IncidentStatus {
  readonly over: boolean;
  /** When something is due next by time alone; null where nothing is. */
  readonly nextAt: string | null;
  /** Connections that are being told now. */
  readonly telling: readonly string[];
}

/** Somebody has changed the incident; the row says so already. */
export const incidentChanged = defineSignal('incidentChanged');
export const statusQuery = defineQuery<IncidentStatus>('status');
