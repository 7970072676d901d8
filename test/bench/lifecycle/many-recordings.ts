import { runAsOwner } from '../bench-postgres.ts';

/** How many recordings there are; ten million where HOLDFAST_BENCH_ROWS says nothing else. */
export const ROWS = Number(process.env['HOLDFAST_BENCH_ROWS'] ?? 10_000_000);
/** When the first of them is due: four days ago. */
export const DUE_FROM = new Date(Date.now() - 4 * 86_400_000).toISOString();

const AT_ONCE = 500_000;

/** The database for rows that are loaded like a replica's: no foreign key is looked up, no trigger runs, no commit waits for the disk. */
export function loading(ownerUrl: string): string {
  return `${ownerUrl}?options=-c%20session_replication_role%3Dreplica%20-c%20synchronous_commit%3Doff`;
}

export interface ManyRecordings {
  readonly rows: number;
  /** The first is due then, the others within the hours and days after it. */
  readonly dueFrom: string;
  readonly report: (line: string) => void;
}

/**
 * Adds retained recordings of one tenant, as fast as PostgreSQL takes rows: a third under a floor that has years to go, the
 * others ordinary calls whose time is over. They were taken one after the other over a hundred days, and as in production their
 * ids are of the time of the call and lie in the partitions of its month. One in a hundred is of the region `held`, for holds by
 * query. Loaded like a replica, so that no foreign key is looked up and nobody is told of each.
 */
export async function addRecordings(
  ownerUrl: string,
  tenantId: string,
  { rows, dueFrom, report }: ManyRecordings,
): Promise<void> {
  await runAsOwner(
    ownerUrl,
    `select ensure_month_partitions('recording', (now() - interval '400 days')::date, 5)`,
  );
  for (let from = 1; from <= rows; from += AT_ONCE) {
    await runAsOwner(
      loading(ownerUrl),
      `with called as materialized (
         select n, e.at, (lpad(to_hex((extract(epoch from e.at) * 1000)::bigint), 12, '0') || '7'
                          || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id
           from generate_series($2::bigint, $3::bigint) as n
           cross join lateral (select $4::timestamptz - interval '400 days' + n * (interval '100 days' / $5) as at) as e),
       dated as (
         insert into recording_retention (tenant_id, recording_id, retained, retain_until)
         select $1, id, true, $4::timestamptz + interval '1 hour' + make_interval(days => (n % 3)::int) from called)
       insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                              retention_class, consent)
       select $1, id, case when n % 100 = 0 then 'held' else 'eu-central' end, 'retained', 'siprec', 'bench',
              at, at + interval '1 minute', 60000, false,
              case when n % 3 = 0 then 'mifid2' else 'business-call' end,
              '{"outcome":"RECORD","reasons":["All parties agreed."],"rules":[{"id":"consent/de"}],"places":["DE"],"packDigest":"x","decidedAt":"2026-01-01T00:00:00.000Z"}'
         from called`,
      [tenantId, from, Math.min(rows, from + AT_ONCE - 1), dueFrom, rows],
    );
    if (from % 1_000_000 === 1) report(`${from - 1} of ${rows} recordings are there`);
  }
  await runAsOwner(ownerUrl, 'vacuum analyze recording');
  await runAsOwner(ownerUrl, 'vacuum analyze recording_retention');
}
