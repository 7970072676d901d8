import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  endSession,
  readSession,
  useSignInLink,
} from '../../recorder-core/records/sessions.ts';
import { beginSession, type BegunSession, type SignedIn } from './begin-session.ts';
import { parseToken } from './bearer-token.ts';
import { personIdentity, type Identity } from './identity.ts';

export type { Identity };

/** From where and with what somebody signs in. */
export type SignInPlace = Pick<SignedIn, 'country' | 'userAgent' | 'lives'>;

/**
 * Opens a session with a one-time link; the link is used up by it. The link is a fresh proof: it came from the machine
 * minutes ago. @throws HoldfastError `unauthenticated`.
 */
export async function openSession(
  db: Database,
  linkToken: string,
  now: Date,
  place: SignInPlace = {},
): Promise<BegunSession> {
  const { tenantId, digest } = parseToken(linkToken);
  const begun = await db.forTenant(tenantId, async (tx) => {
    const found = await useSignInLink(tx, digest, now.toISOString());
    return (
      found &&
      beginSession(tx, tenantId, { ...place, userId: found.id, means: 'link', steppedUpAt: now, now })
    );
  });
  if (begun !== undefined) return begun;
  throw new HoldfastError(
    'unauthenticated',
    'This sign-in link was used before or has expired. Ask for a new one with `holdfast sign-in`.',
  );
}

/** The identity behind a session cookie, or undefined when there is none any more. */
export async function identify(db: Database, cookie: string, now: Date): Promise<Identity | undefined> {
  const { tenantId, digest } = parseToken(cookie);
  const session = await db.forTenant(tenantId, (tx) => readSession(tx, digest, now.toISOString()));
  return session && personIdentity(tenantId, digest, session);
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
