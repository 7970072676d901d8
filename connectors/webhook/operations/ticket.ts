import type { IncidentTicket } from '../../kit/record.ts';
import { sendMessage } from './send-message.ts';

/** Opens, changes and closes the ticket of an incident. */
export const ticket = sendMessage<IncidentTicket>('ticket', {
  kind: 'upsert',
  title: 'Tickets of incidents',
  description: 'Sends the incident as it stands now; the other side makes or changes the ticket of its id.',
  dataClasses: ['metadata'],
});
