import {
  isUnwanted,
  recordingDocumentOf,
  withdrawalOf,
} from '../../activities/connectors/recording-document.ts';
import { incidentTicketOf } from '../../activities/incidents/incident-ticket.ts';
import type { OutboundRecord, RecordKind } from '../../connectors/kit/record.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listIncidents } from '../../recorder-core/records/incidents.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import {
  listRecordings,
  readToldRecordings,
  type ToldRecording,
} from '../../recorder-core/records/recordings.ts';

/** Where people see what a document is about. */
export interface Links {
  readonly linkTo: (recordingId: string) => string;
  readonly linkToIncident: (incidentId: string) => string;
}

/** Which records: those named, or the newest. */
export interface RecordChoice {
  readonly ids?: readonly string[] | undefined;
  readonly newest: number;
}

/**
 * The records of a kind as they would be sent now. Of recordings that are being disposed of, or restricted where no obligation
 * rests on the connection, none: those are never sent.
 * @throws HoldfastError `conflict` for a kind that cannot be tried out, because every one of it goes to a person.
 */
export async function recordsToTry(
  tx: Tx,
  {
    tenantId,
    now,
    mandatory,
  }: { readonly tenantId: string; readonly now: Date; readonly mandatory: boolean },
  kind: RecordKind,
  choice: RecordChoice,
  links: Links,
): Promise<OutboundRecord[]> {
  switch (kind) {
    case 'recording': {
      const found = (await chosen(tx, choice)).filter(
        (one) => !isUnwanted(one, { mandatory, remains: null }),
      );
      const parties = Map.groupBy(
        await readParties(
          tx,
          found.map(({ id }) => id),
        ),
        ({ recordingId }) => recordingId,
      );
      return found.map((one) =>
        recordingDocumentOf(tenantId, one, parties.get(one.id) ?? [], links.linkTo(one.id)),
      );
    }
    case 'withdrawal':
      return (await chosen(tx, choice)).map((one) => withdrawalOf(tenantId, one));
    case 'ticket': {
      const ids = choice.ids ?? (await listIncidents(tx, {}, choice.newest)).map(({ id }) => id);
      const tickets = [];
      for (const id of ids)
        tickets.push(
          await incidentTicketOf({ linkToIncident: links.linkToIncident, now: () => now }, tx, tenantId, id),
        );
      return tickets.filter((ticket) => ticket !== undefined);
    }
    case 'notice':
      throw new HoldfastError('conflict', 'A notice goes to a person, so there is nothing to try out.');
  }
}

async function chosen(tx: Tx, { ids, newest }: RecordChoice): Promise<ToldRecording[]> {
  if (ids === undefined) return listRecordings(tx, { limit: newest });
  const found = new Map((await readToldRecordings(tx, ids)).map((one) => [one.id, one]));
  return ids.flatMap((id) => found.get(id) ?? []);
}
