import type { Tx } from './database.ts';

/** The rules of a tenant as they stand; version 0 where nobody has written any. */
export interface RoleRuleRow {
  readonly version: number;
  /** Unchecked: `roleRuleList` of `hub/identity/role-rules.ts` says what they are. */
  readonly rules: unknown;
  readonly changedAt: string | null;
}

/** The rules from groups to roles. */
export async function readRoleRules(tx: Tx): Promise<RoleRuleRow> {
  const { rows } = await tx.query<{ version: number; rules: unknown; changed_at: Date }>(
    'select version, rules, changed_at from role_rules',
  );
  const row = rows[0];
  if (row === undefined) return { version: 0, rules: [], changedAt: null };
  return { version: row.version, rules: row.rules, changedAt: row.changed_at.toISOString() };
}

/** Puts other rules in the place of those of one version; answers whether that version still stood. */
export async function replaceRoleRules(
  tx: Tx,
  tenantId: string,
  change: { readonly from: number; readonly rules: unknown; readonly by: string; readonly at: Date },
): Promise<boolean> {
  const rules = JSON.stringify(change.rules);
  const { rowCount } =
    change.from === 0
      ? await tx.query(
          `insert into role_rules (tenant_id, version, rules, changed_by, changed_at) values ($1, 1, $2, $3, $4)
           on conflict do nothing`,
          [tenantId, rules, change.by, change.at],
        )
      : await tx.query(
          `update role_rules set version = version + 1, rules = $2, changed_by = $3, changed_at = $4 where version = $1`,
          [change.from, rules, change.by, change.at],
        );
  return rowCount === 1;
}
