import { randomUUID } from 'node:crypto';
import { decideApproval } from '../../../../hub/approvals/decide-approval.ts';
import { submitRequest } from '../../../../hub/requests/decide-request.ts';
import { openRequest } from '../../../../hub/requests/open-request.ts';
import { verifyRequest } from '../../../../hub/requests/verify-request.ts';
import { readRequest } from '../../../../recorder-core/records/subject-requests.ts';
import type { Workplace } from '../workplace.ts';

/**
 * Somebody asks for the erasure of their side of two calls, through proof, search, review, a second person, the orders and the
 * answer. Answers what is left of them.
 */
export async function requestLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant } = place;
  const name = `Petra ${randomUUID()}`;
  const names = ['Ana Agent', name] as const;
  const recordingIds = [await place.recorded({ names }), await place.recorded({ names })];
  const { id } = await inTenant(async (tx) =>
    openRequest(tx, place.asking(), await bench.deps.packs.current(tx), {
      kind: 'erasure',
      person: name,
      contact: null,
      places: ['DE'],
      identifiers: [{ kind: 'name', value: name, validFrom: null, validUntil: null }],
      source: 'console',
      receivedAt: new Date(),
    }),
  );
  await reaches(place, id, 'identifying');
  await inTenant(async (tx) =>
    verifyRequest(tx, place.asking(), await bench.deps.packs.current(tx), id, 'document-seen'),
  );
  await reaches(place, id, 'reviewing');
  await inTenant((tx) => submitRequest(tx, place.asking(), id));
  const { approvalId } = (await inTenant((tx) => readRequest(tx, id)))!;
  await inTenant((tx) =>
    decideApproval(tx, place.asking('second'), approvalId!, { verb: 'approve', remark: null }),
  );
  await reaches(place, id, 'answered');
  return {
    request: await database.asOwner('select state, person from subject_request where id = $1', [id]),
    items: await database.asOwner('select decision, state from request_item where request_id = $1', [id]),
    receipts: await database.asOwner(
      "select store, outcome, count(*)::int from request_receipt where request_id = $1 and store not like 'export %' group by 1, 2 order by 1, 2",
      [id],
    ),
    orders: await database.asOwner('select state from part_disposal where recording_id = any ($1)', [
      recordingIds,
    ]),
    keys: await database.asOwner(
      `select kind, label, destroyed_at is not null as gone, exists (select from data_key k where k.part_id = p.id) as key, count(*)::int
         from part p where recording_id = any ($1) and kind <> 'waveform' group by 1, 2, 3, 4 order by 1, 2, 3`,
      [recordingIds],
    ),
    named: await database.asOwner(
      `select (select count(*)::int from party where name = $1) as parties,
              (select count(*)::int from ledger_opening where value = $1) as openings,
              (select count(*)::int from search_document where words ilike '%' || $1 || '%') as found`,
      [name],
    ),
    acts: {
      request: await place.acts(id),
      approval: await place.acts(approvalId!),
      recordings: await Promise.all(recordingIds.map((each) => place.acts(each))),
    },
  };
}

const reaches = ({ database }: Workplace, id: string, state: string): Promise<void> =>
  database.waitFor('select 1 from subject_request where id = $1 and state = $2', [id, state]);
