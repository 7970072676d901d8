import { z } from 'zod';
import { HoldfastError, isHoldfastError } from '../../../recorder-core/errors.ts';
import { noteTicketState } from '../../../recorder-core/records/incident-tickets.ts';
import { readIncident } from '../../../recorder-core/records/incidents.ts';
import { noteIncident } from '../../../recorder-core/records/note-incident.ts';
import type { IncidentAsking } from '../../incidents/acting.ts';
import { closeIncident } from '../../incidents/close-incident.ts';
import { noteOnIncident, reopenIncident, resolveIncident } from '../../incidents/handle-incident.ts';
import { defineEventType, isOldNews, type EventContext, type InboundEvent } from '../event-type.ts';

const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !value.includes('\u0000'),
      'it has a character that cannot be kept',
    );
const data = z.strictObject({
  /** Ours, as the ticket was sent with it. */
  incidentId: z.uuid().toLowerCase(),
  /** As the sender calls the ticket. */
  ticketId: text(200),
  note: text(4000).optional(),
});
type Ticket = z.infer<typeof data>;
type Handle = (context: EventContext, asking: IncidentAsking, event: InboundEvent<Ticket>) => Promise<void>;

/** Each says what a person did to the ticket; one that comes late, by the sender's order, changes nothing. */
function ticketEvent(type: string, remoteState: 'open' | 'closed' | null, handle: Handle) {
  return defineEventType({
    type,
    schema: data,
    objectOf: ({ incidentId }) => incidentId,
    async handle(context, event) {
      const { tx, tenantId, now, newId, packs } = context;
      const { incidentId, ticketId } = event.data;
      if ((await readIncident(tx, incidentId)) === undefined)
        throw new HoldfastError('not_found', 'There is no incident of this id, so nothing was done.');
      if (isOldNews(context, event)) return;
      if (remoteState !== null)
        await noteTicketState(tx, tenantId, {
          incidentId,
          connectionId: event.connectionId,
          remoteId: ticketId,
          remoteState,
        });
      await handle(context, { tenantId, by: { connectionId: event.connectionId }, now, newId, packs }, event);
    },
  });
}

const updated: Handle = async ({ tx }, asking, { data: { incidentId, note } }) => {
  if (note === undefined) return;
  await noteOnIncident(tx, asking, incidentId, { note });
};

/** Closing the ticket resolves the incident, and closes it where nothing is missing; else the time line says what is. */
const closed: Handle = async ({ tx }, asking, { data: { incidentId, ticketId, note } }) => {
  const incident = await readIncident(tx, incidentId);
  if (incident === undefined || incident.state === 'closed') return;
  const resolution = note ?? `The ticket ${ticketId} was closed.`;
  if (incident.state !== 'resolved') await resolveIncident(tx, asking, incidentId, resolution);
  const close = await closeIncident(tx, asking, incidentId);
  if (close.result !== 'missing') return;
  const { tenantId, by, now, newId } = asking;
  await noteIncident(
    tx,
    { tenantId, incidentId, by, now, newId },
    {
      kind: 'ticket-closed',
      act: 'incident.noted',
      outcome: 'incomplete',
      rules: [...new Set(close.missing.map(({ rule }) => rule))],
      facts: { missing: close.missing.length },
    },
  );
};

const reopened: Handle = async ({ tx }, asking, { data: { incidentId, ticketId, note } }) => {
  try {
    await reopenIncident(tx, asking, incidentId, note ?? `The ticket ${ticketId} was opened again.`);
  } catch (error) {
    // It is open already: what the sender wants is so.
    if (!isHoldfastError(error) || error.code !== 'conflict') throw error;
  }
};

/** What ticket systems tell of the tickets that they were sent. */
export const TICKET_EVENTS = [
  ticketEvent('ticket.updated', null, updated),
  ticketEvent('ticket.closed', 'closed', closed),
  ticketEvent('ticket.reopened', 'open', reopened),
];
