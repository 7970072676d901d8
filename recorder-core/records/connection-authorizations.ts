import type { Tx } from './database.ts';

/** A person who was sent to an authorization server. */
export interface PendingAuthorization {
  readonly connectionId: string;
  readonly askedBy: string;
  /** Digest of the session in which it was asked. */
  readonly session: Buffer;
  /** The verifier of RFC 7636, for `openSecret` alone. */
  readonly sealed: Buffer;
  readonly expiresAt: Date;
}

/** Keeps that a person was sent away, under the digest of the state they bring back. Clears out what has expired. */
export async function insertAuthorization(
  tx: Tx,
  tenantId: string,
  stateDigest: Buffer,
  pending: PendingAuthorization & { readonly askedAt: Date },
): Promise<void> {
  await tx.query('delete from connection_authorization where expires_at < $1', [pending.askedAt]);
  await tx.query(
    `insert into connection_authorization
       (tenant_id, state_digest, connection_id, asked_by, session, sealed, asked_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      stateDigest,
      pending.connectionId,
      pending.askedBy,
      pending.session,
      pending.sealed,
      pending.askedAt,
      pending.expiresAt,
    ],
  );
}

/** Takes what was kept under a state: once, and only in the session that it was asked in. */
export async function takeAuthorization(
  tx: Tx,
  stateDigest: Buffer,
  session: Buffer,
  now: Date,
): Promise<PendingAuthorization | undefined> {
  const { rows } = await tx.query<PendingAuthorization>(
    `delete from connection_authorization where state_digest = $1 and session = $2 and expires_at > $3
     returning connection_id as "connectionId", asked_by as "askedBy", session, sealed, expires_at as "expiresAt"`,
    [stateDigest, session, now],
  );
  return rows[0];
}
