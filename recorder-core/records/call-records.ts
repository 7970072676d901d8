import { createHash } from 'node:crypto';
import type { Tx } from './database.ts';

/** One call as a telephone system tells it; addresses and ids as digests only. */
export interface NewCallRecord {
  readonly id: string;
  /** Tells the call from others in its export; a later row of the same key corrects the earlier one. */
  readonly rowKey: Buffer;
  readonly callIds: readonly Buffer[];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly answered: boolean;
  readonly direction: CallDirection;
  readonly fromDigest: Buffer | null;
  readonly toDigest: Buffer | null;
  readonly fromLast: string | null;
  readonly toLast: string | null;
  readonly toBeRecorded: boolean;
}

export type CallDirection = 'inbound' | 'outbound' | 'internal' | 'unknown';

/** What became of some rows: new, corrected, or there already. */
export interface StoredCallRecords {
  readonly added: number;
  readonly changed: number;
  readonly known: number;
}

/**
 * Adds call records in one statement, and corrects those that say something else now; a corrected one is judged anew. Of
 * rows with the same key the last counts. Idempotent.
 */
export async function upsertCallRecords(
  tx: Tx,
  tenantId: string,
  source: string,
  importId: string,
  records: readonly NewCallRecord[],
): Promise<StoredCallRecords> {
  const last = [...new Map(records.map((record) => [record.rowKey.toString('hex'), record])).values()];
  if (last.length === 0) return { added: 0, changed: 0, known: 0 };
  const { rows } = await tx.query<{ fresh: boolean }>(UPSERT, [
    tenantId,
    source,
    importId,
    JSON.stringify(last.map(toRow)),
  ]);
  const added = rows.filter(({ fresh }) => fresh).length;
  return { added, changed: rows.length - added, known: records.length - rows.length };
}

const UPSERT = `
  insert into call_record as c (tenant_id, id, source, row_key, content, call_ids, started_at, duration_ms, answered,
                                direction, from_digest, to_digest, from_last, to_last, to_be_recorded, import_id)
  select $1, r.id, $2, decode(r.row_key, 'hex'), decode(r.content, 'hex'),
         array(select decode(one, 'hex') from unnest(r.call_ids) as one), r.started_at, r.duration_ms, r.answered,
         r.direction, decode(r.from_digest, 'hex'), decode(r.to_digest, 'hex'), r.from_last, r.to_last,
         r.to_be_recorded, $3
    from jsonb_to_recordset($4::jsonb) as r (id uuid, row_key text, content text, call_ids text[], started_at timestamptz,
         duration_ms bigint, answered boolean, direction text, from_digest text, to_digest text, from_last text,
         to_last text, to_be_recorded boolean)
  on conflict (tenant_id, source, row_key) do update
     set content = excluded.content, call_ids = excluded.call_ids, started_at = excluded.started_at,
         duration_ms = excluded.duration_ms, answered = excluded.answered, direction = excluded.direction,
         from_digest = excluded.from_digest, to_digest = excluded.to_digest, from_last = excluded.from_last,
         to_last = excluded.to_last, to_be_recorded = excluded.to_be_recorded, import_id = excluded.import_id,
         outcome = 'pending', reason = null, recording_id = null, judged_at = null
   where c.content <> excluded.content
  returning (xmax = 0) as fresh`;

function toRow(record: NewCallRecord) {
  const said = {
    call_ids: record.callIds.map((one) => one.toString('hex')),
    started_at: record.startedAt,
    duration_ms: record.durationMs,
    answered: record.answered,
    direction: record.direction,
    from_digest: record.fromDigest?.toString('hex') ?? null,
    to_digest: record.toDigest?.toString('hex') ?? null,
    from_last: record.fromLast,
    to_last: record.toLast,
    to_be_recorded: record.toBeRecorded,
  };
  const content = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32);
  return { id: record.id, row_key: record.rowKey.toString('hex'), content, ...said };
}

/** A stored call record, for people: what became of it and why. */
export interface CallRecord {
  readonly id: string;
  readonly source: string;
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly answered: boolean;
  readonly direction: CallDirection;
  readonly fromLast: string | null;
  readonly toLast: string | null;
  readonly outcome: CallOutcome;
  readonly reason: string | null;
  readonly recordingId: string | null;
}

export type CallOutcome = 'pending' | 'recorded' | 'explained' | 'missing';

/** A page of call records of one outcome, newest first; goes on below `before`. */
export async function listCallRecords(
  tx: Tx,
  filter: {
    readonly outcome: CallOutcome;
    readonly before?: { readonly startedAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<CallRecord[]> {
  const { rows } = await tx.query<Omit<CallRecord, 'startedAt'> & { startedAt: Date }>(
    `select id, source, started_at as "startedAt", duration_ms as "durationMs", answered, direction,
            from_last as "fromLast", to_last as "toLast", outcome, reason, recording_id as "recordingId"
       from call_record
      where outcome = $1 and ($2::timestamptz is null or (started_at, id) < ($2::timestamptz, $3::uuid))
      order by started_at desc, id desc limit $4`,
    [filter.outcome, filter.before?.startedAt ?? null, filter.before?.id ?? null, filter.limit],
  );
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString() }));
}

/** How many call records of a time came to what, by outcome and reason. */
export async function tallyCallRecords(
  tx: Tx,
  from: string,
  to: string,
): Promise<{ readonly outcome: CallOutcome; readonly reason: string | null; readonly calls: number }[]> {
  const { rows } = await tx.query<{ outcome: CallOutcome; reason: string | null; calls: number }>(
    `select outcome, reason, count(*) as calls from call_record
      where started_at >= $1 and started_at < $2 group by outcome, reason order by outcome, reason`,
    [from, to],
  );
  return rows;
}

/** Removes up to `limit` judged call records that started before `before`; those still missing stay. */
export async function forgetCallRecords(tx: Tx, before: string, limit: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from call_record where id in (
       select id from call_record where started_at < $1 and outcome in ('recorded', 'explained')
        order by started_at limit $2)`,
    [before, limit],
  );
  return rowCount ?? 0;
}
