import type { Tx } from './database.ts';

/** A person who may sign in with a password kept here. */
export interface LocalAccount {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly hasPassword: boolean;
  readonly passwordSetAt: Date | null;
  /** May sign in although local sign-in is switched off. */
  readonly breakGlass: boolean;
  /** Last session that began with a password. */
  readonly lastUsedAt: Date | null;
}

/** Every active person with a local account, by name; at most 1,000. */
export async function listLocalAccounts(tx: Tx): Promise<LocalAccount[]> {
  const { rows } = await tx.query<LocalAccount>(
    `select u.id as "userId", u.name, u.role, a.password is not null as "hasPassword",
            a.password_set_at as "passwordSetAt", a.break_glass as "breakGlass",
            (select max(s.created_at) from session s
              where s.tenant_id = u.tenant_id and s.user_id = u.id and s.means in ('password', 'break-glass')) as "lastUsedAt"
       from local_account a join app_user u on u.tenant_id = a.tenant_id and u.id = a.user_id
      where u.status = 'active' and u.kind = 'person' order by u.name, u.id limit 1000`,
  );
  return rows;
}

/** The password of somebody, as it is kept. */
export interface StoredPassword {
  readonly userId: string;
  readonly name: string;
  readonly password: string | null;
  readonly breakGlass: boolean;
}

/** The local account of an active person by id, name or e-mail address; undefined where there is none, or where two fit. */
export async function findStoredPassword(tx: Tx, named: string): Promise<StoredPassword | undefined> {
  const { rows } = await tx.query<StoredPassword>(
    `select u.id as "userId", u.name, a.password, a.break_glass as "breakGlass"
       from app_user u join local_account a on a.tenant_id = u.tenant_id and a.user_id = u.id
      where (u.id::text = $1 or lower(u.name) = lower($1) or lower(u.email) = lower($1)) and u.status = 'active' and u.kind = 'person'
      limit 2`,
    [named],
  );
  return rows.length === 1 ? rows[0] : undefined;
}

/** Keeps the digest of a password; makes the local account where there is none. */
export async function writePassword(
  tx: Tx,
  tenantId: string,
  userId: string,
  password: string,
  now: string,
): Promise<void> {
  await tx.query(
    `insert into local_account (tenant_id, user_id, password, password_set_at, created_at) values ($1, $2, $3, $4, $4)
     on conflict (tenant_id, user_id) do update set password = $3, password_set_at = $4`,
    [tenantId, userId, password, now],
  );
}

/** Makes a local account without a password where there is none: its person has a passkey. */
export async function ensureLocalAccount(
  tx: Tx,
  tenantId: string,
  userId: string,
  now: string,
): Promise<void> {
  await tx.query(
    'insert into local_account (tenant_id, user_id, created_at) values ($1, $2, $3) on conflict do nothing',
    [tenantId, userId, now],
  );
}

/** Says whether an account is for emergencies; makes it where there is none. */
export async function writeBreakGlass(
  tx: Tx,
  tenantId: string,
  userId: string,
  breakGlass: boolean,
  now: string,
): Promise<void> {
  await tx.query(
    `insert into local_account (tenant_id, user_id, break_glass, created_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, user_id) do update set break_glass = $3`,
    [tenantId, userId, breakGlass, now],
  );
}

/** How people sign in without an identity provider. */
export interface LocalSignInRule {
  /** Whether those may who have no account for emergencies. */
  readonly allowed: boolean;
  /** Whether a password needs a code beside it; a passkey is both at once. */
  readonly secondFactor: boolean;
}

/** The tenant's rule; without one a password is enough. */
export async function readLocalSignIn(tx: Tx): Promise<LocalSignInRule> {
  const { rows } = await tx.query<LocalSignInRule>(
    'select allowed, second_factor as "secondFactor" from local_sign_in',
  );
  return rows[0] ?? { allowed: true, secondFactor: false };
}

/** Whether people may sign in with passwords kept here. */
export async function isLocalSignInAllowed(tx: Tx): Promise<boolean> {
  return (await readLocalSignIn(tx)).allowed;
}

/** Changes the tenant's rule. */
export async function writeLocalSignIn(
  tx: Tx,
  tenantId: string,
  { allowed, secondFactor, by, now }: LocalSignInRule & { readonly by: string; readonly now: string },
): Promise<void> {
  await tx.query(
    `insert into local_sign_in (tenant_id, allowed, second_factor, changed_by, changed_at) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id) do update set allowed = $2, second_factor = $3, changed_by = $4, changed_at = $5`,
    [tenantId, allowed, secondFactor, by, now],
  );
}

/** Whether some active person with an account kept here has an authenticator: then a second factor lets somebody in. */
export async function hasProvenLocalAccount(tx: Tx): Promise<boolean> {
  const { rows } = await tx.query(
    `select from local_account a
       join app_user u on u.tenant_id = a.tenant_id and u.id = a.user_id and u.status = 'active'
       join authenticator f on f.tenant_id = a.tenant_id and f.user_id = a.user_id limit 1`,
  );
  return rows.length === 1;
}

/** Whether somebody has signed in through an identity provider since a time: then one works. */
export async function hasProviderSignIn(tx: Tx, since: string): Promise<boolean> {
  const { rows } = await tx.query(
    "select from session where means in ('saml', 'oidc') and created_at >= $1 limit 1",
    [since],
  );
  return rows.length === 1;
}

/** Whether somebody has ever signed in, or has anything to sign in with. */
export async function isAccountUsed(tx: Tx, userId: string): Promise<boolean> {
  const { rows } = await tx.query<{ used: boolean }>(
    `select exists (select from session where user_id = $1)
         or exists (select from local_account where user_id = $1 and password is not null)
         or exists (select from authenticator where user_id = $1) as used`,
    [userId],
  );
  return rows[0]?.used ?? false;
}
