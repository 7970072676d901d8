import type { Tx } from '../../../recorder-core/records/database.ts';
import type { AuditSection } from '../section.ts';

/** The Schedule closes a period every 30 days; later than this it has failed, or waits for a recorder that is away. */
const CLOSING_DAYS = 45;
const DAY_MS = 86_400_000;

/** Periods of keys are closed, so that older backups open nothing of what was destroyed. */
export const keys: AuditSection = {
  looksAtAll: true,
  async step({ db, tenantId, now }) {
    const { periods, waiting, roots, standing } = await db.forTenant(tenantId, (tx) => readKeys(tx, now));
    const stuck = periods.filter(
      ({ opened_at, closed_at }) =>
        closed_at === null && now.getTime() - opened_at.getTime() > CLOSING_DAYS * DAY_MS,
    );
    const onTenant = (kind: string, statement: string) => ({
      key: kind,
      kind,
      severity: 'major' as const,
      subject: { type: 'tenant', id: tenantId },
      statement,
    });
    return {
      cursor: null,
      counts: {
        checked: periods.length,
        'periods closed': periods.filter(({ closed_at }) => closed_at !== null).length,
        'root keys in use': roots,
      },
      findings: [
        ...stuck.map(({ id }) => ({
          ...onTenant(
            'key-period-open',
            `A period of keys has been open for more than ${CLOSING_DAYS} days: old root keys are still there.`,
          ),
          key: `key-period-open/${id}`,
        })),
        ...(waiting > 0
          ? [
              onTenant(
                'disposal-recoverable',
                `${waiting} disposals of more than ${2 * CLOSING_DAYS} days ago could still be undone with an old backup and its root key.`,
              ),
            ]
          : []),
        ...(standing > 0
          ? [
              onTenant(
                'tombstone-standing',
                `${standing} tombstones were written more than two days ago and not carried out.`,
              ),
            ]
          : []),
      ],
    };
  },
};

interface KeyFacts {
  readonly periods: readonly {
    readonly id: string;
    readonly opened_at: Date;
    readonly closed_at: Date | null;
  }[];
  /** Certificates that have waited long for the end of the last copies. */
  readonly waiting: number;
  readonly roots: number;
  /** Tombstones that stand and were not carried out. */
  readonly standing: number;
}

async function readKeys(tx: Tx, now: Date): Promise<KeyFacts> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const { rows } = await tx.query<Omit<KeyFacts, 'periods'>>(
    `select (select count(*) from disposal_certificate where completed_at is null and disposed_at < $1) as waiting,
            (select count(distinct (provider, root_key_id)) from key_encryption_key) as roots,
            (select count(*) from tombstone where withdrawn_at is null and destroyed_at is null and written_at < $2) as standing`,
    [before(2 * CLOSING_DAYS), before(2)],
  );
  const periods = await tx.query<KeyFacts['periods'][number]>(
    'select id, opened_at, closed_at from key_period order by opened_at desc limit 100',
  );
  return { waiting: 0, roots: 0, standing: 0, ...rows[0], periods: periods.rows };
}
