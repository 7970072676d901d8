import type { RoleMapping } from '../policy/role-change.ts';
import type { Tx } from './database.ts';

/** A row of the mapping from places to roles. */
export interface RoleMappingRow extends RoleMapping {
  readonly id: string;
}

/** The whole mapping. */
export async function listRoleMappings(tx: Tx): Promise<RoleMappingRow[]> {
  const { rows } = await tx.query<RoleMappingRow>(
    'select id, department, job, role from role_mapping order by department nulls last, job nulls last, id',
  );
  return rows;
}

/** Sets the role of a place; a row for the same place goes. Answers the role that it had. */
export async function setRoleMapping(
  tx: Tx,
  tenantId: string,
  set: RoleMappingRow & { readonly by: string; readonly at: string },
): Promise<string | null> {
  const { rows } = await tx.query<{ role: string }>(
    `delete from role_mapping
      where coalesce(lower(department), '') = coalesce(lower($1), '') and coalesce(lower(job), '') = coalesce(lower($2), '')
     returning role`,
    [set.department, set.job],
  );
  await tx.query(
    `insert into role_mapping (tenant_id, id, department, job, role, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenantId, set.id, set.department, set.job, set.role, set.by, set.at],
  );
  return rows[0]?.role ?? null;
}

/** Removes a row; answers it, or undefined where there is none. */
export async function removeRoleMapping(tx: Tx, id: string): Promise<RoleMappingRow | undefined> {
  const { rows } = await tx.query<RoleMappingRow>(
    'delete from role_mapping where id = $1 returning id, department, job, role',
    [id],
  );
  return rows[0];
}
