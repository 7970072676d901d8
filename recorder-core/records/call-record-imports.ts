import type { NumberHabits } from './call-identity.ts';
import type { Tx } from './database.ts';

/** How the export of a telephone system is read, as it was last set. `mapping` is checked by whoever reads it. */
export interface CallRecordSource {
  readonly name: string;
  readonly mapping: unknown;
  /** Of the mapping, for whoever compares. */
  readonly numbers: NumberHabits;
  /** How long a judged call record is kept, in days. */
  readonly keepDays: number;
  readonly changedAt: string;
}

/** Sets how a source is read. */
export async function putSource(
  tx: Tx,
  tenantId: string,
  { name, mapping, numbers, keepDays, changedAt }: CallRecordSource,
): Promise<void> {
  await tx.query(
    `insert into call_record_source (tenant_id, name, mapping, numbers, keep_days, changed_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, name) do update
       set mapping = excluded.mapping, numbers = excluded.numbers, keep_days = excluded.keep_days,
           changed_at = excluded.changed_at`,
    [tenantId, name, JSON.stringify(mapping), JSON.stringify(numbers), keepDays, changedAt],
  );
}

/** One source, or undefined. */
export async function readSource(tx: Tx, name: string): Promise<CallRecordSource | undefined> {
  return (await listSources(tx, name))[0];
}

/** All sources by name, or the one named. */
export async function listSources(tx: Tx, name?: string): Promise<CallRecordSource[]> {
  const { rows } = await tx.query<Omit<CallRecordSource, 'changedAt'> & { changedAt: Date }>(
    `select name, mapping, numbers, keep_days as "keepDays", changed_at as "changedAt" from call_record_source
      where $1::text is null or name = $1 order by name`,
    [name ?? null],
  );
  return rows.map((row) => ({ ...row, changedAt: row.changedAt.toISOString() }));
}

export type ImportOrigin = 'file' | 'api' | 'event';
export type ImportState = 'running' | 'done' | 'repeated' | 'failed';

/** What was counted while an export was read. */
export interface ImportCounts {
  readonly bytes: number;
  readonly lines: number;
  readonly added: number;
  readonly changed: number;
  /** Rows that were there already, as they are. */
  readonly known: number;
  /** Rows that are no calls, by the mapping. */
  readonly skipped: number;
  readonly refused: number;
  /** Of the rows that were added or changed, RFC 3339; null where there is none. */
  readonly firstStart: string | null;
  readonly lastStart: string | null;
}

/** One reading of an export. */
export interface CallRecordImport extends ImportCounts {
  readonly id: string;
  readonly source: string;
  readonly origin: ImportOrigin;
  readonly state: ImportState;
  readonly importedBy: string | null;
  readonly begunAt: string;
  readonly endedAt: string | null;
  /** Of the bytes as they came, hexadecimal; null while they come. */
  readonly sha256: string | null;
  /** Why it failed, safe to show. */
  readonly reason: string | null;
  readonly refusals: readonly RefusedLine[];
}

/** A line that was not taken, by its number in the file. */
export interface RefusedLine {
  readonly line: number;
  readonly reason: string;
}

/** Begins an import. */
export async function insertImport(
  tx: Tx,
  tenantId: string,
  begun: Pick<CallRecordImport, 'id' | 'source' | 'origin' | 'importedBy' | 'begunAt'>,
): Promise<void> {
  await tx.query(
    `insert into call_record_import (tenant_id, id, source, origin, state, imported_by, begun_at)
     values ($1, $2, $3, $4, 'running', $5, $6)`,
    [tenantId, begun.id, begun.source, begun.origin, begun.importedBy, begun.begunAt],
  );
}

/** Keeps what was counted so far, and lines that were refused since. */
export async function noteImport(
  tx: Tx,
  tenantId: string,
  id: string,
  counts: ImportCounts,
  refused: readonly RefusedLine[] = [],
): Promise<void> {
  await tx.query(
    `update call_record_import set bytes = $2, lines = $3, added = $4, changed = $5, known = $6, skipped = $7,
            refused = $8, first_start = $9, last_start = $10 where id = $1`,
    [
      id,
      counts.bytes,
      counts.lines,
      counts.added,
      counts.changed,
      counts.known,
      counts.skipped,
      counts.refused,
      counts.firstStart,
      counts.lastStart,
    ],
  );
  if (refused.length === 0) return;
  await tx.query(
    `insert into call_record_refusal (tenant_id, import_id, line, reason)
     select $1, $2, line, reason from unnest($3::bigint[], $4::text[]) as l (line, reason) on conflict do nothing`,
    [tenantId, id, refused.map(({ line }) => line), refused.map(({ reason }) => reason)],
  );
}

/** Ends an import. */
export async function endImport(
  tx: Tx,
  id: string,
  end: Pick<CallRecordImport, 'state' | 'endedAt' | 'sha256' | 'reason'>,
): Promise<void> {
  await tx.query(
    `update call_record_import set state = $2, ended_at = $3, file_sha256 = $4, reason = $5 where id = $1`,
    [id, end.state, end.endedAt, end.sha256 === null ? null : Buffer.from(end.sha256, 'hex'), end.reason],
  );
}

/** The finished import of the same bytes from the same source, if there was one. */
export async function findSameFile(tx: Tx, source: string, sha256: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from call_record_import where source = $1 and file_sha256 = $2 and state = 'done' limit 1`,
    [source, Buffer.from(sha256, 'hex')],
  );
  return rows[0]?.id;
}

const LISTED = 200;
const REFUSALS_SHOWN = 100;

/** The newest imports, at most 200, or the one named; each with its first refused lines. */
export async function listImports(tx: Tx, id?: string): Promise<CallRecordImport[]> {
  const { rows } = await tx.query<ImportRow>(
    `select i.id, i.source, i.origin, i.state, i.imported_by as "importedBy", i.begun_at as "begunAt",
            i.ended_at as "endedAt", encode(i.file_sha256, 'hex') as sha256, i.bytes, i.lines, i.added, i.changed,
            i.known, i.skipped, i.refused, i.first_start as "firstStart", i.last_start as "lastStart", i.reason,
            coalesce((select jsonb_agg(jsonb_build_object('line', f.line, 'reason', f.reason) order by f.line)
                        from (select line, reason from call_record_refusal r
                               where r.tenant_id = i.tenant_id and r.import_id = i.id
                               order by line limit ${REFUSALS_SHOWN}) f), '[]') as refusals
       from call_record_import i where $1::uuid is null or i.id = $1
      order by i.begun_at desc, i.id desc limit ${LISTED}`,
    [id ?? null],
  );
  return rows.map((row) => ({
    ...row,
    begunAt: row.begunAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    firstStart: row.firstStart?.toISOString() ?? null,
    lastStart: row.lastStart?.toISOString() ?? null,
  }));
}

type ImportRow = Omit<CallRecordImport, 'begunAt' | 'endedAt' | 'firstStart' | 'lastStart'> & {
  readonly begunAt: Date;
  readonly endedAt: Date | null;
  readonly firstStart: Date | null;
  readonly lastStart: Date | null;
};

/** The days of a time (UTC, `YYYY-MM-DD`) for which call records have come. */
export async function daysWithCallRecords(tx: Tx, from: string, to: string): Promise<string[]> {
  const { rows } = await tx.query<{ day: string }>(
    `select to_char(day, 'YYYY-MM-DD') as day
       from generate_series(date_trunc('day', $1::timestamptz at time zone 'UTC'),
                            ($2::timestamptz at time zone 'UTC') - interval '1 microsecond', interval '1 day') as day
      where exists (select from call_record c
                     where c.started_at >= day at time zone 'UTC'
                       and c.started_at < (day + interval '1 day') at time zone 'UTC')
      order by 1`,
    [from, to],
  );
  return rows.map(({ day }) => day);
}
