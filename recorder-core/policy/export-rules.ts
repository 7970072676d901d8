/** Whether a second person must agree to an export, and whether a link may still hand it over. Pure. */
import type { ExportState } from './export-state.ts';

/** Up to here one person decides; above either, a second one has to agree. */
export interface ExportLimits {
  readonly recordings: number;
  /** Bytes of the parts as they were captured. */
  readonly bytes: number;
}

/** Whether a second person has to agree, and the rule that says so. */
export interface ApprovalNeed {
  readonly needed: boolean;
  readonly rule: 'export/within-limit' | 'export/many-recordings' | 'export/many-bytes';
}

/** Decides whether an export of this size needs a second person. */
export function decideApprovalNeed(
  size: { readonly recordings: number; readonly bytes: number },
  limits: ExportLimits,
): ApprovalNeed {
  if (size.recordings > limits.recordings) return { needed: true, rule: 'export/many-recordings' };
  if (size.bytes > limits.bytes) return { needed: true, rule: 'export/many-bytes' };
  return { needed: false, rule: 'export/within-limit' };
}

/** What of an export and its link decides whether bytes may flow. Instants in milliseconds. */
export interface Handover {
  readonly state: ExportState;
  readonly exportExpiresMs: number;
  readonly linkExpiresMs: number;
  readonly linkRevoked: boolean;
  readonly wrongPasscodes: number;
}

/** Wrong passcodes after which a link is of no use any more. */
export const PASSCODE_ATTEMPTS = 5;

/** Why a link hands nothing over; `open` where it does. */
export type HandoverDecision = 'open' | 'preparing' | 'revoked' | 'expired' | 'locked' | 'closed';

/** Decides whether a link hands over its export now. Asked before each range and again and again while it flows. */
export function decideHandover(handover: Handover, nowMs: number): HandoverDecision {
  const { state } = handover;
  if (handover.linkRevoked || state === 'revoked') return 'revoked';
  if (state === 'expired' || nowMs >= Math.min(handover.exportExpiresMs, handover.linkExpiresMs))
    return 'expired';
  if (handover.wrongPasscodes >= PASSCODE_ATTEMPTS) return 'locked';
  if (state === 'ready') return 'open';
  return state === 'refused' || state === 'failed' ? 'closed' : 'preparing';
}
