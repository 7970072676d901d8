/** The life of an export. Pure; the rows follow it, and nothing changes a state but by an event of it. */

/** Where an export stands, in the usual order; the last four are ends. */
export const EXPORT_STATES = [
  'requested',
  'approved',
  'making',
  'ready',
  'refused',
  'expired',
  'revoked',
  'failed',
] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** What can happen to an export. `begin` comes again where making is tried anew. */
export const EXPORT_EVENTS = ['approve', 'refuse', 'begin', 'finish', 'fail', 'expire', 'revoke'] as const;
export type ExportEvent = (typeof EXPORT_EVENTS)[number];

const NEXT: Readonly<Record<ExportState, Partial<Record<ExportEvent, ExportState>>>> = {
  requested: { approve: 'approved', refuse: 'refused', revoke: 'revoked', expire: 'expired' },
  approved: { begin: 'making', fail: 'failed', revoke: 'revoked', expire: 'expired' },
  making: { begin: 'making', finish: 'ready', fail: 'failed', revoke: 'revoked', expire: 'expired' },
  ready: { revoke: 'revoked', expire: 'expired' },
  refused: {},
  expired: {},
  revoked: {},
  failed: {},
};

/** The state after an event, or undefined where the event cannot happen in this state. */
export function exportStateAfter(state: ExportState, event: ExportEvent): ExportState | undefined {
  return NEXT[state][event];
}

/** Whether nothing can happen to it any more; then no object of it may be left. */
export function isExportOver(state: ExportState): boolean {
  return Object.keys(NEXT[state]).length === 0;
}
