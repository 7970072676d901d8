import type { Tx } from './database.ts';

/** What proves that a person is present, as its person sees it. Times are ISO 8601 in UTC. */
export interface Authenticator {
  readonly id: string;
  readonly kind: 'passkey' | 'totp';
  readonly name: string;
  readonly addedAt: string;
  readonly usedAt: string | null;
  /** Of a passkey: whether its provider keeps a copy of it, so that it is not bound to one device. */
  readonly backedUp: boolean | null;
}

/** A WebAuthn credential, with whose it is. */
export interface Passkey {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: Buffer;
  /** COSE, RFC 9052. */
  readonly publicKey: Buffer;
  readonly counter: number;
  readonly transports: readonly string[];
}

/** An authenticator that shows codes. */
export interface TotpRow {
  readonly id: string;
  readonly sealed: Buffer;
  /** Step of the last code that was taken; null before the first. */
  readonly lastStep: number | null;
}

/** Adds a passkey. Answers false where this credential is known already, whoever has it. */
export async function insertPasskey(
  tx: Tx,
  tenantId: string,
  passkey: Passkey & {
    readonly name: string;
    readonly aaguid: string | null;
    readonly backedUp: boolean;
    readonly now: string;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into authenticator (tenant_id, id, user_id, kind, name, added_at, credential_id, public_key, counter,
                                transports, aaguid, backed_up)
     values ($1, $2, $3, 'passkey', $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [
      tenantId,
      passkey.id,
      passkey.userId,
      passkey.name,
      passkey.now,
      passkey.credentialId,
      passkey.publicKey,
      passkey.counter,
      passkey.transports,
      passkey.aaguid,
      passkey.backedUp,
    ],
  );
  return rowCount === 1;
}

/** Adds an authenticator that shows codes; the code that confirmed it is used up. */
export async function insertTotp(
  tx: Tx,
  tenantId: string,
  totp: {
    readonly id: string;
    readonly userId: string;
    readonly name: string;
    readonly sealed: Buffer;
    readonly lastStep: number;
    readonly now: string;
  },
): Promise<void> {
  await tx.query(
    `insert into authenticator (tenant_id, id, user_id, kind, name, added_at, sealed, last_step)
     values ($1, $2, $3, 'totp', $4, $5, $6, $7)`,
    [tenantId, totp.id, totp.userId, totp.name, totp.now, totp.sealed, totp.lastStep],
  );
}

/** What a person has, the oldest first. */
export async function listAuthenticators(tx: Tx, userId: string): Promise<Authenticator[]> {
  const { rows } = await tx.query<
    Omit<Authenticator, 'addedAt' | 'usedAt'> & { addedAt: Date; usedAt: Date | null }
  >(
    `select id, kind, name, added_at as "addedAt", used_at as "usedAt", backed_up as "backedUp"
       from authenticator where user_id = $1 order by added_at, id`,
    [userId],
  );
  return rows.map((row) => ({
    ...row,
    addedAt: row.addedAt.toISOString(),
    usedAt: row.usedAt?.toISOString() ?? null,
  }));
}

const PASSKEY = `id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey",
  counter::float8 as counter, coalesce(transports, '{}') as transports`;

/** A person's passkeys. */
export async function listPasskeys(tx: Tx, userId: string): Promise<Passkey[]> {
  const { rows } = await tx.query<Passkey>(
    `select ${PASSKEY} from authenticator where user_id = $1 and kind = 'passkey' order by added_at, id`,
    [userId],
  );
  return rows;
}

/** The passkey of a credential id, locked, so that of two answers with one counter the second is seen; undefined where there is none. */
export async function lockPasskey(tx: Tx, credentialId: Buffer): Promise<Passkey | undefined> {
  const { rows } = await tx.query<Passkey>(
    `select ${PASSKEY} from authenticator where credential_id = $1 for update`,
    [credentialId],
  );
  return rows[0];
}

/** A person's authenticators that show codes, locked, so that one code is taken once. */
export async function lockTotps(tx: Tx, userId: string): Promise<TotpRow[]> {
  const { rows } = await tx.query<TotpRow>(
    `select id, sealed, last_step::float8 as "lastStep" from authenticator
      where user_id = $1 and kind = 'totp' order by added_at, id for update`,
    [userId],
  );
  return rows;
}

/** Notes the use of a passkey, with what it told. */
export async function notePasskeyUse(
  tx: Tx,
  id: string,
  { counter, backedUp, now }: { readonly counter: number; readonly backedUp: boolean; readonly now: string },
): Promise<void> {
  await tx.query('update authenticator set counter = $2, backed_up = $3, used_at = $4 where id = $1', [
    id,
    counter,
    backedUp,
    now,
  ]);
}

/** Notes which code was taken. */
export async function noteTotpUse(tx: Tx, id: string, step: number, now: string): Promise<void> {
  await tx.query('update authenticator set last_step = $2, used_at = $3 where id = $1', [id, step, now]);
}

/** Removes one of a person's authenticators; answers its kind, or undefined where the person has none of this id. */
export async function removeAuthenticator(
  tx: Tx,
  userId: string,
  id: string,
): Promise<Authenticator['kind'] | undefined> {
  const { rows } = await tx.query<Pick<Authenticator, 'kind'>>(
    'delete from authenticator where user_id = $1 and id = $2 returning kind',
    [userId, id],
  );
  return rows[0]?.kind;
}

/** Removes all of a person's authenticators; answers how many. */
export async function removeAllAuthenticators(tx: Tx, userId: string): Promise<number> {
  const { rowCount } = await tx.query('delete from authenticator where user_id = $1', [userId]);
  return rowCount ?? 0;
}

/** Forgets all that a person who has left could prove themselves with; whoever comes again adds it anew. */
export async function forgetProofs(tx: Tx, userId: string): Promise<void> {
  await removeAllAuthenticators(tx, userId);
  await tx.query('delete from recovery_code where user_id = $1', [userId]);
}
