import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  endSession,
  insertSession,
  readSession,
  useSignInLink,
  type Session,
} from '../../recorder-core/records/sessions.ts';
import { makeToken, parseToken } from './bearer-token.ts';

/** A working day; after it the person signs in again. */
const SESSION_LIFE_MS = 10 * 3_600_000;

/** Who acts, in which tenant; the session's digest is the only trace of its secret. */
export interface Identity extends Session {
  readonly tenantId: string;
  readonly sessionDigest: Buffer;
}

/**
 * Opens a session with a one-time link; the link is used up by it. The country, where it is known, is in the ledger as a personal
 * value. @throws HoldfastError `unauthenticated`.
 */
export async function openSession(
  db: Database,
  linkToken: string,
  now: Date,
  country?: string,
): Promise<{ cookie: string; identity: Identity }> {
  const link = parseToken(linkToken);
  const { text, digest } = makeToken(link.tenantId, randomBytes);
  const expiresAt = new Date(now.getTime() + SESSION_LIFE_MS).toISOString();
  const user = await db.forTenant(link.tenantId, async (tx) => {
    const found = await useSignInLink(tx, link.digest, now.toISOString());
    if (found === undefined) return undefined;
    await insertSession(tx, link.tenantId, {
      tokenDigest: digest,
      userId: found.id,
      now: now.toISOString(),
      expiresAt,
    });
    await appendLeaf(
      tx,
      link.tenantId,
      {
        at: now,
        act: 'session.started',
        object: { type: 'user', id: found.id },
        outcome: 'done',
        facts: { means: 'link' },
      },
      { ...actedBy(found), ...(country !== undefined && { country }) },
    );
    return found;
  });
  if (user === undefined) {
    throw new HoldfastError(
      'unauthenticated',
      'This sign-in link was used before or has expired. Ask for a new one with `holdfast sign-in`.',
    );
  }
  return { cookie: text, identity: { tenantId: link.tenantId, sessionDigest: digest, user, expiresAt } };
}

/** The identity behind a session cookie, or undefined when there is none any more. */
export async function identify(db: Database, cookie: string, now: Date): Promise<Identity | undefined> {
  const { tenantId, digest } = parseToken(cookie);
  const session = await db.forTenant(tenantId, (tx) => readSession(tx, digest, now.toISOString()));
  return session && { ...session, tenantId, sessionDigest: digest };
}

/** Ends a session at once. */
export async function closeSession(db: Database, identity: Identity, now: Date): Promise<void> {
  await db.forTenant(identity.tenantId, async (tx) => {
    await endSession(tx, identity.sessionDigest, now.toISOString());
    await appendLeaf(
      tx,
      identity.tenantId,
      { at: now, act: 'session.ended', object: { type: 'user', id: identity.user.id }, outcome: 'done' },
      actedBy(identity.user),
    );
  });
}
