import type { Tx } from './database.ts';

/** An account of a machine. */
export interface ServiceAccount {
  readonly id: string;
  readonly name: string;
  /** What the machine is for, in words. */
  readonly purpose: string;
  /** The person who looks after it; null where that person has left. */
  readonly owner: { readonly id: string; readonly name: string } | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** Adds an account of a machine; its name must be nobody's. */
export async function insertServiceAccount(
  tx: Tx,
  tenantId: string,
  account: {
    readonly id: string;
    readonly name: string;
    readonly purpose: string;
    readonly ownerId: string;
    readonly createdBy: string;
    readonly createdAt: string;
  },
): Promise<void> {
  await tx.query(
    "insert into app_user (tenant_id, id, name, role, kind) values ($1, $2, $3, 'service', 'service')",
    [tenantId, account.id, account.name],
  );
  await tx.query(
    `insert into service_account (tenant_id, id, purpose, owner_id, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [tenantId, account.id, account.purpose, account.ownerId, account.createdBy, account.createdAt],
  );
}

const SELECT = `
  select a.id, u.name, a.purpose, a.created_at as "createdAt", a.ended_at as "endedAt",
         case when o.id is null then null else jsonb_build_object('id', o.id, 'name', o.name) end as owner
    from service_account a
    join app_user u on u.tenant_id = a.tenant_id and u.id = a.id
    left join app_user o on o.tenant_id = a.tenant_id and o.id = a.owner_id`;

/** Every account, those in use first, by name; at most 1,000. */
export async function listServiceAccounts(tx: Tx): Promise<ServiceAccount[]> {
  const { rows } = await tx.query<ServiceAccount>(
    `${SELECT} order by a.ended_at is not null, u.name, a.id limit 1000`,
  );
  return rows;
}

/** One account under a row lock, or undefined. */
export async function lockServiceAccount(tx: Tx, id: string): Promise<ServiceAccount | undefined> {
  const { rows } = await tx.query<ServiceAccount>(`${SELECT} where a.id = $1 for update of a`, [id]);
  return rows[0];
}

/** Ends an account with everything that it proved itself by. */
export async function endServiceAccount(tx: Tx, id: string, at: string): Promise<void> {
  await tx.query('update service_account set ended_at = $2 where id = $1 and ended_at is null', [id, at]);
  await tx.query("update app_user set status = 'left' where id = $1 and kind = 'service'", [id]);
  await tx.query(
    'update service_credential set revoked_at = $2 where account_id = $1 and revoked_at is null',
    [id, at],
  );
}

/** Gives accounts another person who looks after them, or nobody. */
export async function handOverServiceAccount(tx: Tx, id: string, to: string | null): Promise<void> {
  await tx.query('update service_account set owner_id = $2 where id = $1', [id, to]);
}

/** Accounts in use that a person looks after. */
export async function listServiceAccountsOf(
  tx: Tx,
  ownerId: string,
): Promise<{ readonly id: string; readonly title: string }[]> {
  const { rows } = await tx.query<{ id: string; title: string }>(
    `select a.id, u.name as title from service_account a join app_user u on u.tenant_id = a.tenant_id and u.id = a.id
      where a.owner_id = $1 and a.ended_at is null order by a.id`,
    [ownerId],
  );
  return rows;
}
