import type { EventType } from './event-type.ts';
import { cdrBatch } from './events/cdr-batch.ts';
import { personChanged } from './events/person-changed.ts';
import { CASE_EVENTS } from './events/case-events.ts';
import { CONSENT_EVENTS } from './events/consent-events.ts';
import { connectionTested } from './events/connection-tested.ts';
import { REQUEST_EVENTS } from './events/request-events.ts';
import { hrReported } from './events/hr-reported.ts';
import { TICKET_EVENTS } from './events/ticket-events.ts';

/** Every type of event that is taken from outside; a new one is a file in `events/` and a line here. */
export const EVENT_TYPES: readonly EventType[] = [
  connectionTested,
  cdrBatch,
  ...TICKET_EVENTS,
  ...personChanged,
  hrReported,
  ...CONSENT_EVENTS,
  ...CASE_EVENTS,
  ...REQUEST_EVENTS,
];

/** The type of that name, or undefined: then the event is refused. */
export function eventTypeOf(name: string): EventType | undefined {
  return EVENT_TYPES.find(({ type }) => type === name);
}
