/** The life of an incident. Pure; the rows follow it, and nothing changes a state but by an event of it. */

/** What went wrong, by where it belongs; a new one is added here and in docs/incidents.md. */
export const INCIDENT_KINDS = [
  'ledger', // the log is not what it was, or an outsider cannot confirm it
  'storage', // a store does not keep what it promises, or a part is not what was captured
  'capture', // calls that had to be recorded were not, or not whole
  'retention', // rules contradict each other, or something was kept or disposed of against them
  'reconciliation', // a call record has no recording and no explanation
  'audit', // another finding of an audit
  'attack', // somebody tries to get in, or to be taken for somebody else
  'breach', // personal data reached somebody it must not
  'access', // somebody used their access in an unusual way
  'availability', // a part of the product is away
  'other',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** How bad it is, from mild to worst. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where an incident stands, in the usual order; `closed` is the end, and it can be opened again. */
export const INCIDENT_STATES = ['open', 'contained', 'resolved', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** What can happen to an incident. */
export type IncidentEvent = 'contain' | 'resolve' | 'close' | 'reopen';

const NEXT: Readonly<Record<IncidentState, Partial<Record<IncidentEvent, IncidentState>>>> = {
  open: { contain: 'contained', resolve: 'resolved' },
  contained: { resolve: 'resolved', reopen: 'open' },
  resolved: { close: 'closed', reopen: 'open' },
  closed: { reopen: 'open' },
};

/** The state after an event, or undefined where the event cannot happen in this state. */
export function incidentStateAfter(state: IncidentState, event: IncidentEvent): IncidentState | undefined {
  return NEXT[state][event];
}

/** The worse of two severities. */
export function worse(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) >= SEVERITIES.indexOf(other) ? one : other;
}
