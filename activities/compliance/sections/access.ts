import { sequenceLeaves } from '../../../recorder-core/records/sequence-leaves.ts';
import type { AuditSection } from '../section.ts';

const COUNTED = {
  'recording.played': 'playbacks',
  'recording.inspected': 'details read',
  'recording.exported': 'recordings in exports',
  'access.refused': 'refusals',
  'payload.decoded': 'payloads decoded',
  'event.refused': 'events of other systems refused',
} as const;

/** Who reached what: the figures of the period, and damage that was met on the way. */
export const access: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId, period }) {
    const rows = await db.forTenant(tenantId, async (tx) => {
      await sequenceLeaves(tx, tenantId);
      const found = await tx.query<{ act: string; count: number }>(
        'select act, count(*) as count from ledger_leaf where at >= $1 and at < $2 and act = any ($3) group by act',
        [period.from, period.to, [...Object.keys(COUNTED), 'integrity.failed']],
      );
      return found.rows;
    });
    const of = (act: string): number => rows.find((row) => row.act === act)?.count ?? 0;
    const damaged = of('integrity.failed');
    return {
      cursor: null,
      counts: {
        checked: rows.reduce((sum, { count }) => sum + count, 0),
        ...Object.fromEntries(Object.entries(COUNTED).map(([act, words]) => [words, of(act)])),
      },
      statements: [
        'There is no way around the rules of access in this release (no break-glass), so that none was used.',
      ],
      findings:
        damaged === 0
          ? []
          : [
              {
                key: `damage-met/${period.name}`,
                kind: 'damage-met',
                severity: 'critical',
                subject: { type: 'tenant', id: tenantId },
                statement: `People met damaged recordings ${damaged} times in the period; the audit page has each (integrity.failed).`,
              },
            ],
    };
  },
};
