import { runAsOwner } from '../bench-postgres.ts';

const AT_ONCE = 250_000;

export interface ManyRecordings {
  readonly rows: number;
  /** The first is due then, the others within the hours and days after it. */
  readonly dueFrom: string;
  readonly report: (line: string) => void;
}

/**
 * Adds retained recordings of one tenant, as fast as PostgreSQL takes rows: a third under a floor that has years to go, the
 * others ordinary calls whose time is over. One in a thousand is of the region `held`, for holds by query.
 */
export async function addRecordings(
  ownerUrl: string,
  tenantId: string,
  { rows, dueFrom, report }: ManyRecordings,
): Promise<void> {
  for (let from = 1; from <= rows; from += AT_ONCE) {
    await runAsOwner(
      ownerUrl,
      `insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                              retention_class, consent, retain_until)
       select $1, (lpad(to_hex((extract(epoch from timestamp '2026-10-02') * 1000)::bigint + n), 12, '0') || '7'
                   || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
              case when n % 1000 = 0 then 'held' else 'eu-central' end, 'retained', 'siprec', 'bench',
              now() - interval '400 days', now() - interval '400 days', 60000, false,
              case when n % 3 = 0 then 'mifid2' else 'business-call' end,
              '{"outcome":"RECORD","reasons":["All parties agreed."],"rules":[{"id":"consent/de"}],"places":["DE"],"packDigest":"x","decidedAt":"2026-01-01T00:00:00.000Z"}',
              $4::timestamptz + interval '1 hour' + make_interval(days => (n % 3)::int)
         from generate_series($2::bigint, $3::bigint) as n`,
      [tenantId, from, Math.min(rows, from + AT_ONCE - 1), dueFrom],
    );
    if (from % 1_000_000 === 1) report(`${from - 1} of ${rows} recordings are there`);
  }
  await runAsOwner(ownerUrl, 'vacuum analyze recording');
}
