import { tenantPolicySchema, type TenantPolicy } from '../policy/tenant-policy.ts';
import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';

/** One version of a tenant's policy. */
export interface TenantPolicyRow {
  readonly version: number;
  readonly digest: string;
  readonly body: TenantPolicy;
  readonly note: string;
  readonly state: 'proposed' | 'active' | 'superseded';
  readonly proposedBy: string | null;
  readonly proposedAt: string;
  readonly activatedBy: string | null;
  readonly activatedAt: string | null;
  readonly supersededAt: string | null;
}

type Row = Omit<TenantPolicyRow, 'body' | 'proposedAt' | 'activatedAt' | 'supersededAt'> & {
  readonly body: unknown;
  readonly proposedAt: Date;
  readonly activatedAt: Date | null;
  readonly supersededAt: Date | null;
};

const COLUMNS = `p.version, p.digest, p.body, p.note, p.state,
  coalesce(u.name, p.proposed_by::text) as "proposedBy", p.proposed_at as "proposedAt",
  coalesce(a.name, p.activated_by::text) as "activatedBy", p.activated_at as "activatedAt",
  p.superseded_at as "supersededAt"`;
const FROM = `tenant_policy p
  left join app_user u on u.tenant_id = p.tenant_id and u.id = p.proposed_by
  left join app_user a on a.tenant_id = p.tenant_id and a.id = p.activated_by`;

/**
 * One version, read through its schema again, so that a row that was changed by hand is refused, not acted on.
 * @throws HoldfastError `integrity_failed` when it no longer is a policy.
 */
export async function readTenantPolicy(tx: Tx, version: number): Promise<TenantPolicyRow | undefined> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from ${FROM} where p.version = $1`, [version]);
  return rows[0] && fromRow(rows[0]);
}

/** All versions, newest first. */
export async function listTenantPolicies(tx: Tx): Promise<TenantPolicyRow[]> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from ${FROM} order by p.version desc`);
  return rows.map(fromRow);
}

/** Adds the next version as a proposal and answers its number; the caller's transaction decides who is second. */
export async function insertTenantPolicy(
  tx: Tx,
  tenantId: string,
  policy: Pick<TenantPolicyRow, 'digest' | 'body' | 'note' | 'proposedBy' | 'proposedAt'>,
): Promise<number> {
  const { rows } = await tx.query<{ version: number }>(
    `insert into tenant_policy (tenant_id, version, digest, body, note, state, proposed_by, proposed_at)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, 'proposed', $5, $6 from tenant_policy
     returning version`,
    [tenantId, policy.digest, JSON.stringify(policy.body), policy.note, policy.proposedBy, policy.proposedAt],
  );
  return rows[0]?.version ?? 0;
}

/** Makes a version the active one and the active one a former one; false where there is none of that number. */
export async function activateTenantPolicy(
  tx: Tx,
  version: number,
  by: string | null,
  at: string,
): Promise<boolean> {
  await tx.query(
    `update tenant_policy set state = 'superseded', superseded_at = $2 where state = 'active' and version <> $1`,
    [version, at],
  );
  const { rowCount } = await tx.query(
    `update tenant_policy set state = 'active', activated_by = $2, activated_at = $3, superseded_at = null
      where version = $1`,
    [version, by, at],
  );
  return rowCount === 1;
}

function fromRow(row: Row): TenantPolicyRow {
  const parsed = tenantPolicySchema.safeParse(row.body);
  if (!parsed.success) {
    throw new HoldfastError(
      'integrity_failed',
      `Version ${row.version} of the tenant's policy is not readable any more, so nothing is decided by it. Restore the table tenant_policy from a backup.`,
      { detail: parsed.error.issues.map(({ path, message }) => `${path.join('/')}: ${message}`).join('; ') },
    );
  }
  return {
    ...row,
    body: parsed.data,
    proposedAt: row.proposedAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
    supersededAt: row.supersededAt?.toISOString() ?? null,
  };
}
