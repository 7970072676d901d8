import type { AuditSection } from '../section.ts';

/** By which rules the period was decided, and whether those in force are the ones that the ledger knows. */
export const configuration: AuditSection = {
  looksAtAll: true,
  async step({ db, packs, tenantId, period }) {
    return db.forTenant(tenantId, async (tx) => {
      const { pack, policyVersion } = await packs.current(tx);
      const used = await tx.query<{ digest: string | null; count: number }>(
        `select consent ->> 'packDigest' as digest, count(*) as count from recording
          where started_at >= $1 and started_at < $2 group by 1 order by 2 desc limit 50`,
        [period.from, period.to],
      );
      const changes = await tx.query<{ act: string; count: number }>(
        `select act, count(*) as count from ledger_leaf
          where at >= $1 and at < $2 and (act like 'configuration.%' or act like 'rule%' or act like 'policy.%'
                or act = 'role.changed') group by act order by act`,
        [period.from, period.to],
      );
      const activated = await tx.query<{ known: boolean }>(
        `select exists (select from ledger_leaf where object_id = $1) as known`,
        [pack.digest],
      );
      const bundled = packs.bundled.digest === pack.digest;
      return {
        cursor: null,
        counts: {
          checked: used.rows.reduce((sum, { count }) => sum + count, 0),
          ...Object.fromEntries(
            used.rows.map(({ digest, count }) => [
              `decided by pack ${(digest ?? 'none').slice(0, 12)}`,
              count,
            ]),
          ),
          ...Object.fromEntries(changes.rows.map(({ act, count }) => [act, count])),
        },
        statements: [
          `In force is rule pack ${pack.digest}${bundled ? ', which came with the product' : ''}, and version ${policyVersion} of the tenant's own policy.`,
        ],
        findings:
          bundled || activated.rows[0]?.known === true
            ? []
            : [
                {
                  key: `pack-without-leaf/${pack.digest}`,
                  kind: 'pack-without-leaf',
                  severity: 'critical' as const,
                  subject: { type: 'rule-pack', id: pack.digest },
                  statement: 'The rule pack in force was put in force without the ledger knowing of it.',
                },
              ],
      };
    });
  },
};
