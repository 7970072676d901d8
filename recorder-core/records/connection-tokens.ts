import type { Tx } from './database.ts';

/** How the token of a connection stands; `none`: nobody has needed one yet. */
export type TokenState = 'none' | 'good' | 'refused' | 'needs-consent';

/** What is known of the token of a connection; all but `sealed` may be shown. */
export interface TokenRow {
  readonly state: TokenState;
  /** The token and the mark of its credential, for `openSecret` alone. */
  readonly sealed: Buffer | null;
  /** The authorization server's word for a refusal. */
  readonly code: string | null;
  readonly refusals: number;
  readonly retryAt: Date | null;
  readonly obtainedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly refreshAt: Date | null;
  readonly changedAt: Date;
}

/** A token row with who asks for the next token. */
export interface ClaimedToken extends TokenRow {
  readonly fence: number;
}

const COLUMNS = `state, sealed, code, refusals, retry_at as "retryAt", obtained_at as "obtainedAt",
  expires_at as "expiresAt", refresh_at as "refreshAt", changed_at as "changedAt"`;

/** The token row of a connection, or undefined where none was ever needed. */
export async function readTokenRow(tx: Tx, connectionId: string): Promise<TokenRow | undefined> {
  const { rows } = await tx.query<TokenRow>(
    `select ${COLUMNS} from connection_token where connection_id = $1`,
    [connectionId],
  );
  return rows[0];
}

/** The token rows of all connections, by connection. */
export async function listTokenRows(tx: Tx): Promise<ReadonlyMap<string, TokenRow>> {
  const { rows } = await tx.query<TokenRow & { connectionId: string }>(
    `select connection_id as "connectionId", ${COLUMNS} from connection_token`,
  );
  return new Map(rows.map(({ connectionId, ...row }) => [connectionId, row]));
}

/**
 * Takes the right to ask for a token, for `forMs` by the database's clock; undefined while somebody else has it. It is
 * given back by `storeToken` or `storeRefusal`, or ends by itself.
 */
export async function claimToken(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  forMs: number,
): Promise<ClaimedToken | undefined> {
  const { rows } = await tx.query<ClaimedToken>(
    `insert into connection_token as t (tenant_id, connection_id, fence, claimed_until, changed_at)
     values ($1, $2, 1, clock_timestamp() + $3 * interval '1 ms', now())
     on conflict (tenant_id, connection_id) do update
        set fence = t.fence + 1, claimed_until = excluded.claimed_until
      where t.claimed_until is null or t.claimed_until < clock_timestamp()
     returning fence, ${COLUMNS}`,
    [tenantId, connectionId, forMs],
  );
  return rows[0];
}

/** A token to keep. */
export interface NewToken {
  readonly sealed: Buffer;
  readonly obtainedAt: Date;
  readonly expiresAt: Date | null;
  readonly refreshAt: Date | null;
}

/** Keeps a token and gives the claim back; false, and nothing happens, where the claim was overtaken or has ended. */
export async function storeToken(
  tx: Tx,
  connectionId: string,
  fence: number,
  { sealed, obtainedAt, expiresAt, refreshAt }: NewToken,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update connection_token
        set sealed = $3, state = 'good', code = null, refusals = 0, retry_at = null, obtained_at = $4,
            expires_at = $5, refresh_at = $6, changed_at = $4, claimed_until = null
      where connection_id = $1 and fence = $2 and claimed_until is not null`,
    [connectionId, fence, sealed, obtainedAt, expiresAt, refreshAt],
  );
  return rowCount === 1;
}

/** Why there is no token. */
export interface NewRefusal {
  readonly state: 'refused' | 'needs-consent';
  readonly code: string | null;
  readonly refusals: number;
  readonly retryAt: Date;
  /** The mark of the credential that was refused. */
  readonly sealed: Buffer;
  readonly at: Date;
}

/** Keeps a refusal and gives the claim back; errors as `storeToken`. */
export async function storeRefusal(
  tx: Tx,
  connectionId: string,
  fence: number,
  { state, code, refusals, retryAt, sealed, at }: NewRefusal,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update connection_token
        set state = $3, code = $4, refusals = $5, retry_at = $6, sealed = $7, changed_at = $8, claimed_until = null,
            obtained_at = null, expires_at = null, refresh_at = null
      where connection_id = $1 and fence = $2 and claimed_until is not null`,
    [connectionId, fence, state, code, refusals, retryAt, sealed, at],
  );
  return rowCount === 1;
}

/** Gives the claim back and changes nothing else. */
export async function releaseToken(tx: Tx, connectionId: string, fence: number): Promise<void> {
  await tx.query('update connection_token set claimed_until = null where connection_id = $1 and fence = $2', [
    connectionId,
    fence,
  ]);
}

/** Forgets token and refusal, as after a new credential; who is asking for a token now brings nothing. */
export async function forgetToken(tx: Tx, connectionId: string, at: Date): Promise<void> {
  await tx.query(
    `update connection_token
        set fence = fence + 1, claimed_until = null, sealed = null, state = 'none', code = null, refusals = 0,
            retry_at = null, obtained_at = null, expires_at = null, refresh_at = null, changed_at = $2
      where connection_id = $1`,
    [connectionId, at],
  );
}
