import type { Tx } from './database.ts';

/** What a machine proves itself by. */
export type CredentialKind = 'token' | 'certificate';

/** One token or certificate of an account, without its secret. */
export interface ServiceCredential {
  readonly id: string;
  readonly accountId: string;
  readonly kind: CredentialKind;
  readonly name: string;
  /** SHA-256 of the token's text, or of the certificate's DER. */
  readonly digest: Buffer;
  /** Acts, and words of `MACHINE_SCOPES`. */
  readonly scope: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** Adds a token or certificate. */
export async function insertServiceCredential(
  tx: Tx,
  tenantId: string,
  credential: Pick<ServiceCredential, 'id' | 'accountId' | 'kind' | 'name' | 'digest' | 'scope'> & {
    readonly createdBy: string;
    readonly createdAt: string;
    readonly expiresAt: string;
  },
): Promise<void> {
  await tx.query(
    `insert into service_credential (tenant_id, id, account_id, kind, name, digest, scope, created_by, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tenantId,
      credential.id,
      credential.accountId,
      credential.kind,
      credential.name,
      credential.digest,
      credential.scope,
      credential.createdBy,
      credential.createdAt,
      credential.expiresAt,
    ],
  );
}

const SELECT = `
  select c.id, c.account_id as "accountId", c.kind, c.name, c.digest, c.scope, c.created_at as "createdAt",
         c.expires_at as "expiresAt", c.last_used_at as "lastUsedAt", c.revoked_at as "revokedAt"
    from service_credential c`;

/** Tokens and certificates of all accounts, the newest first; at most 5,000. */
export async function listServiceCredentials(tx: Tx): Promise<ServiceCredential[]> {
  const { rows } = await tx.query<ServiceCredential>(`${SELECT} order by c.created_at desc, c.id limit 5000`);
  return rows;
}

/** One token or certificate under a row lock, or undefined. */
export async function lockServiceCredential(tx: Tx, id: string): Promise<ServiceCredential | undefined> {
  const { rows } = await tx.query<ServiceCredential>(`${SELECT} where c.id = $1 for update`, [id]);
  return rows[0];
}

/** Ends a token or certificate; answers whether it counted until now. */
export async function revokeServiceCredential(tx: Tx, id: string, at: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update service_credential set revoked_at = $2 where id = $1 and revoked_at is null',
    [id, at],
  );
  return rowCount === 1;
}

/** A credential that counts, with its account. */
export interface StandingCredential {
  readonly id: string;
  readonly kind: CredentialKind;
  readonly scope: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly department: string | null;
    readonly region: string | null;
  };
}

/**
 * What a digest, or an id, proves now; undefined where it is unknown, revoked or expired, or its account has ended. Notes
 * the use, once a minute.
 */
export async function useServiceCredential(
  tx: Tx,
  by: { readonly kind: CredentialKind; readonly digest: Buffer } | { readonly id: string },
  now: string,
): Promise<StandingCredential | undefined> {
  const { rows } = await tx.query<StandingCredential & { lastUsedAt: Date | null }>(
    `select c.id, c.kind, c.scope, c.created_at as "createdAt", c.expires_at as "expiresAt", c.last_used_at as "lastUsedAt",
            jsonb_build_object('id', u.id, 'name', u.name, 'department', u.department, 'region', u.region) as account
       from service_credential c join app_user u on u.tenant_id = c.tenant_id and u.id = c.account_id
      where (c.id = $1 or (c.kind = $2 and c.digest = $3)) and c.revoked_at is null and c.expires_at > $4
        and c.created_at <= $4 and u.kind = 'service' and u.status = 'active'`,
    'id' in by ? [by.id, null, null, now] : [null, by.kind, by.digest, now],
  );
  const [found] = rows;
  if (found === undefined) return undefined;
  const { lastUsedAt, ...standing } = found;
  if (lastUsedAt === null || Date.parse(now) - lastUsedAt.getTime() >= 60_000)
    await tx.query('update service_credential set last_used_at = $2 where id = $1', [found.id, now]);
  return standing;
}

/**
 * The tenant of a certificate that was shown on the connection and counts; asked in a transaction of no tenant, in which this
 * one row becomes visible.
 */
export async function tenantOfCertificate(tx: Tx, fingerprint: Buffer): Promise<string | undefined> {
  await tx.query("select set_config('holdfast.certificate', $1, true)", [fingerprint.toString('hex')]);
  const { rows } = await tx.query<{ tenant_id: string }>(
    "select tenant_id from service_credential where kind = 'certificate' and digest = $1 and revoked_at is null",
    [fingerprint],
  );
  return rows[0]?.tenant_id;
}
