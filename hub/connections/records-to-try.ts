import {
  isUnwanted,
  mattersTold,
  recordingDocumentOf,
  withdrawalOf,
} from '../../activities/connectors/recording-document.ts';
import { incidentTicketOf } from '../../activities/incidents/incident-ticket.ts';
import type { OutboundRecord, RecordKind } from '../../connectors/kit/record.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listIncidents } from '../../recorder-core/records/incidents.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { listRecordings } from '../../recorder-core/records/recordings.ts';
import { readToldRecordings, type ToldRecording } from '../../recorder-core/records/told-recordings.ts';
import { mayAccessAll } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';

/** Where people see what a document is about. */
export interface Links {
  readonly linkTo: (recordingId: string) => string;
  readonly linkToIncident: (incidentId: string) => string;
}

/** The links of a console at this address. Pure. */
export function linksUnder(publicUrl: string): Links {
  return {
    linkTo: (recordingId) => `${publicUrl}/recordings/${recordingId}`,
    linkToIncident: (incidentId) => `${publicUrl}/incidents/${incidentId}`,
  };
}

/** Which records: those named, or the newest. */
export interface RecordChoice {
  readonly ids?: readonly string[] | undefined;
  readonly newest: number;
}

/**
 * The records of a kind as they would be sent now. Of recordings that are being disposed of, or restricted where no obligation
 * rests on the connection, none: those are never sent. Matters are named only to whoever may read holds; others see their ids.
 * @throws HoldfastError `conflict` for a kind that cannot be tried out, because every one of it goes to a person.
 */
export async function recordsToTry(
  tx: Tx,
  { asking, connection }: { readonly asking: Asking; readonly connection: ConnectionRow },
  kind: RecordKind,
  choice: RecordChoice,
  links: Links,
): Promise<OutboundRecord[]> {
  const { tenantId, now } = asking;
  switch (kind) {
    case 'recording': {
      const found = (await chosen(tx, choice)).filter(
        (one) => !isUnwanted(one, { mandatory: connection.mandatory, remains: null }),
      );
      const ids = found.map(({ id }) => id);
      const parties = Map.groupBy(await readParties(tx, ids), ({ recordingId }) => recordingId);
      const mattersOf = await mattersTold(tx, await shownTo(tx, asking, connection), ids);
      return found.map((one) => {
        const { id } = one;
        return recordingDocumentOf(tenantId, one, parties.get(id) ?? [], links.linkTo(id), mattersOf(id));
      });
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

async function shownTo(
  tx: Tx,
  asking: Asking,
  { matterTags }: ConnectionRow,
): Promise<Pick<ConnectionRow, 'matterTags'>> {
  if (matterTags !== 'names' || (await mayAccessAll(tx, asking, 'hold.read'))) return { matterTags };
  return { matterTags: 'ids' };
}

async function chosen(tx: Tx, { ids, newest }: RecordChoice): Promise<ToldRecording[]> {
  if (ids === undefined) return listRecordings(tx, { limit: newest });
  const found = new Map((await readToldRecordings(tx, ids)).map((one) => [one.id, one]));
  return ids.flatMap((id) => found.get(id) ?? []);
}
