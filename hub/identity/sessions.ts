import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { useSignInLink } from '../../recorder-core/records/sessions.ts';
import { beginSession, type BegunSession, type SignedIn } from './begin-session.ts';
import { parseToken } from './bearer-token.ts';
import { endSessionsFor } from './end-sessions.ts';
import type { Identity } from './identity.ts';
import { useSession } from './use-session.ts';

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

/**
 * The identity behind the secret of a session, for servers that hand out no new ones, such as the codec server; undefined when
 * there is none any more.
 */
export async function identify(
  db: Database,
  secret: string,
  now: Date,
  userAgent?: string,
): Promise<Identity | undefined> {
  return (await useSession(db, secret, now, { userAgent, active: true, canRotate: false }))?.identity;
}

/** Ends a session at once. */
export async function closeSession(db: Database, identity: Identity, now: Date): Promise<void> {
  const { tenantId, user: person, sessionId } = identity;
  await db.forTenant(tenantId, (tx) => endSessionsFor(tx, { tenantId, person, now }, { id: sessionId }));
}
