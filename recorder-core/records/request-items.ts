import type { ItemRequest } from '../policy/retention-item.ts';
import type { ItemDecision } from '../policy/subject-request.ts';
import type { Tx } from './database.ts';

/** What was found of a person: one recording, who of it they are, and what is to be done. */
export interface RequestItem {
  readonly recordingId: string;
  readonly partyIds: readonly string[];
  /** Somebody else spoke in it as well. */
  readonly others: boolean;
  readonly decision: ItemDecision;
  readonly ground: string | null;
  readonly decidedBy: string | null;
  readonly partDisposalId: string | null;
  readonly state: 'open' | 'ordered' | 'done';
  readonly orderedAt: string | null;
}

/** A recording in which an identifier of a request means somebody. */
export interface FoundRecording {
  readonly recordingId: string;
  readonly partyIds: readonly string[];
  readonly others: boolean;
}

/** Recordings after `after` in which the person of a request speaks, by id, at most `limit`. */
export async function findRecordingsOf(
  tx: Tx,
  requestId: string,
  after: string,
  limit: number,
): Promise<FoundRecording[]> {
  const { rows } = await tx.query<FoundRecording>(
    `select r.id as "recordingId", array_agg(distinct p.id) as "partyIds",
            exists (select from party o where o.tenant_id = r.tenant_id and o.recording_id = r.id
                       and o.id <> all (array_agg(distinct p.id))) as others
       from request_identifier n
       join party p on p.tenant_id = n.tenant_id
       join recording r on r.tenant_id = p.tenant_id and r.id = p.recording_id
      where n.request_id = $1 and n.value is not null and r.id > $2 and identifies(n, p, r)
      group by r.tenant_id, r.id order by r.id limit $3`,
    [requestId, after, limit],
  );
  return rows;
}

/** Adds what was found, with what is proposed; leaves alone what somebody has decided about. Answers how many are new. */
export async function insertItems(
  tx: Tx,
  tenantId: string,
  requestId: string,
  items: readonly (FoundRecording & { readonly decision: ItemDecision; readonly ground: string | null })[],
): Promise<number> {
  let added = 0;
  for (const { recordingId, partyIds, others, decision, ground } of items) {
    const { rowCount } = await tx.query(
      `insert into request_item (tenant_id, request_id, recording_id, party_ids, others, decision, ground)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [tenantId, requestId, recordingId, partyIds, others, decision, ground],
    );
    added += rowCount ?? 0;
  }
  return added;
}

const COLUMNS = `recording_id as "recordingId", party_ids as "partyIds", others, decision, ground,
  decided_by as "decidedBy", part_disposal_id as "partDisposalId", state, ordered_at as "orderedAt"`;

type ItemRow = Omit<RequestItem, 'orderedAt'> & { readonly orderedAt: Date | null };

function fromRow(row: ItemRow): RequestItem {
  return { ...row, orderedAt: row.orderedAt?.toISOString() ?? null };
}

/** The items of a request after `after`, by recording. */
export async function readItems(
  tx: Tx,
  requestId: string,
  {
    after,
    limit,
    states,
  }: {
    readonly after?: string;
    readonly limit?: number;
    readonly states?: readonly RequestItem['state'][];
  } = {},
): Promise<RequestItem[]> {
  const { rows } = await tx.query<ItemRow>(
    `select ${COLUMNS} from request_item
      where request_id = $1 and ($2::uuid is null or recording_id > $2) and ($3::text[] is null or state = any ($3))
      order by recording_id limit $4`,
    [requestId, after ?? null, states ?? null, limit ?? null],
  );
  return rows.map(fromRow);
}

/** The item of one recording, or undefined. */
export async function readItem(
  tx: Tx,
  requestId: string,
  recordingId: string,
): Promise<RequestItem | undefined> {
  const { rows } = await tx.query<ItemRow>(
    `select ${COLUMNS} from request_item where request_id = $1 and recording_id = $2`,
    [requestId, recordingId],
  );
  return rows[0] && fromRow(rows[0]);
}

/** Decides about one item; answers false where there is no such item. */
export async function decideItem(
  tx: Tx,
  requestId: string,
  recordingId: string,
  decided: { readonly decision: ItemDecision; readonly ground: string | null; readonly by: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update request_item set decision = $3, ground = $4, decided_by = $5
      where request_id = $1 and recording_id = $2 and state = 'open'`,
    [requestId, recordingId, decided.decision, decided.ground, decided.by],
  );
  return rowCount === 1;
}

/** Moves an item on; names the part disposal that does its work. */
export async function moveItem(
  tx: Tx,
  requestId: string,
  recordingId: string,
  state: RequestItem['state'],
  ordered: { readonly at?: string; readonly partDisposalId?: string } = {},
): Promise<void> {
  await tx.query(
    `update request_item set state = $3, part_disposal_id = coalesce($4, part_disposal_id),
            ordered_at = coalesce($5, ordered_at)
      where request_id = $1 and recording_id = $2`,
    [requestId, recordingId, state, ordered.partDisposalId ?? null, ordered.at ?? null],
  );
}

/**
 * Requests that touch recordings, as the retention policy knows them: those in which a recording is an item, and those that
 * are open and whose person speaks in it, also in recordings that were found by nobody yet. An erasure that was agreed to
 * goes on after its answer: what a floor keeps goes when the floor ends.
 */
export async function requestsOnRecordings(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, ItemRequest[]>> {
  const { rows } = await tx.query<{
    recordingId: string;
    id: string;
    kind: string;
    state: string;
    decision: string | null;
  }>({
    name: 'requests-on-recordings',
    text: `
      select i.recording_id as "recordingId", q.id, q.kind, q.state, i.decision
        from request_item i join subject_request q on q.tenant_id = i.tenant_id and q.id = i.request_id
       where i.recording_id = any ($1) and q.state not in ('refused', 'withdrawn', 'expired')
      union all
      select distinct r.id, q.id, q.kind, q.state, null
        from subject_request q
        join request_identifier n on n.tenant_id = q.tenant_id and n.request_id = q.id and n.value is not null
        join party p on p.tenant_id = q.tenant_id and p.recording_id = any ($1)
        join recording r on r.tenant_id = p.tenant_id and r.id = p.recording_id
       where (select exists (select from subject_request where ended_at is null))
         and q.ended_at is null and identifies(n, p, r)
         and not exists (select from request_item i where i.tenant_id = q.tenant_id and i.request_id = q.id
                            and i.recording_id = r.id)`,
    values: [recordingIds],
  });
  const found = new Map<string, ItemRequest[]>();
  for (const { recordingId, ...row } of rows) {
    const request = toItemRequest(row);
    if (request !== undefined) found.set(recordingId, [...(found.get(recordingId) ?? []), request]);
  }
  return found;
}

const KIND: Readonly<Record<string, ItemRequest['kind']>> = {
  access: 'access',
  portability: 'access',
  erasure: 'erasure',
};

function toItemRequest({
  id,
  kind,
  state,
  decision,
}: {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly decision: string | null;
}): ItemRequest | undefined {
  const erases = decision === 'erase' && (state === 'fulfilling' || state === 'answered');
  if (erases) return { id, kind: 'erasure', state: 'approved' };
  // What is carried out or answered needs its evidence no more, but for the item's own orders.
  const known = KIND[kind] ?? 'dispute';
  if (state === 'answered' || (state === 'fulfilling' && known === 'erasure')) return undefined;
  return { id, kind: known, state: state === 'identifying' ? 'received' : 'verified' };
}

/** When the calls of a request were and how long, by recording; for whoever decides about them. */
export async function readItemCalls(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, { readonly startedAt: string; readonly durationMs: number; readonly held: boolean }>> {
  const { rows } = await tx.query<{ id: string; startedAt: Date; durationMs: number; held: boolean }>(
    `select r.id, r.started_at as "startedAt", r.duration_ms::float as "durationMs",
            exists (select from holds_on(r, false)) as held
       from recording r where r.id = any ($1)`,
    [recordingIds],
  );
  return new Map(
    rows.map(({ id, startedAt, ...rest }) => [id, { ...rest, startedAt: startedAt.toISOString() }]),
  );
}

/** How many recordings of a request have each decision: the plan that a second person agrees to. */
export async function countDecisions(tx: Tx, requestId: string): Promise<Record<string, number>> {
  const { rows } = await tx.query<{ decision: string; n: number }>(
    'select decision, count(*)::int as n from request_item where request_id = $1 group by decision',
    [requestId],
  );
  return Object.fromEntries(rows.map(({ decision, n }) => [decision, n]));
}
