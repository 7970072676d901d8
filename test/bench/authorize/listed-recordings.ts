import { runAsOwner } from '../bench-postgres.ts';
import { loading } from '../lifecycle/many-recordings.ts';
import { DEPARTMENTS } from './many-policies.ts';

const AT_ONCE = 250_000;

/**
 * Adds recordings of one tenant, a second apart, as fast as PostgreSQL takes rows: one in 50 of each department, one in
 * ten of no department, one in a hundred behind the wall `hr`; of many lengths.
 */
export async function addListedRecordings(
  ownerUrl: string,
  tenantId: string,
  { rows, report }: { readonly rows: number; readonly report: (line: string) => void },
): Promise<void> {
  for (let from = 1; from <= rows; from += AT_ONCE) {
    await runAsOwner(
      loading(ownerUrl),
      `insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                              retention_class, consent, department, classification)
       select $1, (lpad(to_hex((extract(epoch from timestamp '2026-10-02') * 1000)::bigint + n), 12, '0') || '7'
                   || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid,
              'eu-central', 'retained', 'siprec', 'bench', timestamptz '2026-06-01' + n * interval '1 second',
              timestamptz '2026-06-01' + n * interval '1 second', 1000 + n * 7919 % 600000, false, 'business-call',
              '{"outcome":"RECORD","reasons":["All parties agreed."],"rules":[{"id":"consent/de"}],"places":["DE"],"packDigest":"x","decidedAt":"2026-01-01T00:00:00.000Z"}',
              case when n % 10 > 0 then 'department-' || (n * 7919 % $4) end,
              case when n % 100 = 1 then 'hr' when n % 100 = 2 then 'class-' || n % 1000 end
         from generate_series($2::bigint, $3::bigint) as n`,
      [tenantId, from, Math.min(rows, from + AT_ONCE - 1), DEPARTMENTS],
    );
    if (from % 1_000_000 === 1) report(`${from - 1} of ${rows} recordings are there`);
  }
  await runAsOwner(
    loading(ownerUrl),
    `insert into recording_retention (tenant_id, recording_id, retained, retain_until)
     select tenant_id, id, true, started_at + interval '10 years' from recording where tenant_id = $1`,
    [tenantId],
  );
  await runAsOwner(ownerUrl, 'vacuum analyze recording');
  await runAsOwner(ownerUrl, 'vacuum analyze recording_retention');
}
