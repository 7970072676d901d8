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
                            retention_class, consent)
     select $1, (lpad(to_hex((extract(epoch from now()) * 1000)::bigint + n), 12, '0') || '7'
                 || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
            'eu-central', 'retained', 'siprec', 'test', now() - make_interval(days => $4), now() - make_interval(days => $4), 1000, false,
            $3, '{"outcome":"RECORD","reasons":[],"rules":[],"packDigest":"test","decidedAt":"2026-01-01T00:00:00.000Z"}'
       from generate_series(1, $2) as n returning id`,
    [
      wanted.tenantId ?? tenantId,
      wanted.count,
      wanted.retentionClass ?? 'business-call',
      wanted.endedDaysAgo ?? 400,
    ],
  );
  const ids = rows.map(({ id }) => id);
  await asOwner(
    'update recording_retention set retain_until = now() - make_interval(days => $2) where recording_id = any ($1)',
    [ids, wanted.dueDaysAgo ?? 1],
  );
  return ids;
}
