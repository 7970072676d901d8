import type { IncidentTicket } from '../kit/record.ts';
import type { ServicenowConfig } from './config.ts';
import { cut, toColumns } from './values.ts';

const SHORT_DESCRIPTION = 160;
const DESCRIPTION = 4000;
const NOTES = 4000;

/** What a ticket's columns get: always, when it is made, and when it ends. */
export interface TicketColumns {
  readonly columns: Readonly<Record<string, string>>;
  readonly onCreate: Readonly<Record<string, string>>;
  readonly onEnd: Readonly<Record<string, string>>;
}

/** By the connection's mapping; what a ticket cannot be without is there unmapped as well. */
export function ticketColumns(config: ServicenowConfig, ticket: IncidentTicket): TicketColumns {
  const mapped = toColumns(ticket.fields);
  return {
    columns: {
      ...mapped,
      short_description: cut(mapped['short_description'] ?? ticket.title, SHORT_DESCRIPTION),
      description: cut(mapped['description'] ?? describe(ticket), DESCRIPTION),
    },
    onCreate: {
      ...given('assignment_group', config.assignmentGroup, mapped),
      ...given('caller_id', config.caller, mapped),
      work_notes: cut(`Opened by Holdfast: ${ticket.link}`, NOTES),
    },
    onEnd: {
      ...(config.closeCode === '' ? {} : { close_code: mapped['close_code'] ?? config.closeCode }),
      close_notes: mapped['close_notes'] ?? cut(`Ended in Holdfast: ${ticket.link}`, NOTES),
    },
  };
}

function given(
  column: string,
  value: string | undefined,
  mapped: Readonly<Record<string, string>>,
): Record<string, string> {
  return value === undefined || column in mapped ? {} : { [column]: value };
}

/** What is to be done until when. */
function describe({ link, detectedAt, occurrences, clocks, missing }: IncidentTicket): string {
  return [
    link,
    `Detected ${detectedAt}${occurrences > 1 ? `, ${occurrences} times` : ''}.`,
    ...clocks.map(({ title, dueAt, state }) => `${title}: ${dueAt} (${state})`),
    ...missing,
  ].join('\n');
}
