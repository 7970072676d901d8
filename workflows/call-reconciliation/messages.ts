import type { ReconciliationRef } from '../../activities/compliance-contract.ts';

/** Starts one comparison that was asked for. Only optional fields may be added. */
export type CallReconciliationInput = ReconciliationRef;
