import type { TestDatabase } from './test-database.ts';

/**
 * Adds retained recordings as rows: no parts, no sound; each ended `endedDaysAgo` and was due the given days ago. Their ids are
 * spread over all shares. Answers the ids.
 */
export async function addDueRecordings(
  { asOwner, tenantId }: Pick<TestDatabase, 'asOwner' | 'tenantId'>,
  wanted: {
    readonly count: number;
    readonly retentionClass?: string;
    readonly endedDaysAgo?: number;
    readonly dueDaysAgo?: number;
    readonly tenantId?: string;
  },
): Promise<string[]> {
  const rows = await asOwner<{ id: string }>(
    `insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                            retention_class, consent, retain_until)
     select $1, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || '7'
                 || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
            'eu-central', 'retained', 'siprec', 'test', now() - make_interval(days => $4), now() - make_interval(days => $4), 1000, false,
            $3, '{"outcome":"RECORD","reasons":[],"rules":[],"packDigest":"test","decidedAt":"2026-01-01T00:00:00.000Z"}',
            now() - make_interval(days => $5)
       from generate_series(1, $2) as n returning id`,
    [
      wanted.tenantId ?? tenantId,
      wanted.count,
      wanted.retentionClass ?? 'business-call',
      wanted.endedDaysAgo ?? 400,
      wanted.dueDaysAgo ?? 1,
    ],
  );
  return rows.map(({ id }) => id);
}
