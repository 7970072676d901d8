import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  findSession,
  handOutSecret,
  takeNextSecret,
  touchSession,
  type FoundSession,
} from '../../recorder-core/records/session-secrets.ts';
import { endSessions } from '../../recorder-core/records/sessions.ts';
import { makeToken, parseToken } from './bearer-token.ts';
import { digestOfAgent } from './begin-session.ts';
import { personIdentity, type Identity } from './identity.ts';

/** A secret that is older gets a successor with the next request. */
const ROTATE_AFTER_MS = 15 * 60_000;
/** Requests that were under way when the secret changed still come with the one before. */
const OVERLAP_MS = 60_000;
const SEEN_EVERY_MS = 60_000;

/** What a request tells besides its secret. */
export interface SessionUse {
  readonly userAgent?: string | undefined;
  /** From which it comes, where that is known. */
  readonly country?: string | undefined;
  /** False where the console asks by itself, without the person: that does not keep a session open. */
  readonly active: boolean;
  /** Whether the answer can carry a new secret. */
  readonly canRotate: boolean;
}

/** Who is behind a secret, and the new secret that the answer must carry, if any. */
export interface UsedSession {
  readonly identity: Identity;
  readonly cookie?: string;
}

/** Why a session was ended by its own use; in the ledger as `session/<word>`. */
type Breach = 'old-secret' | 'other-program' | 'other-country';

/**
 * Who is behind the secret of a cookie; undefined where nobody is any more. A secret that was replaced more than a minute ago
 * was copied, a request of another program or country is not the person's: the session ends, with all its secrets, and the
 * ledger says why. An old enough secret gets a successor, which replaces it when it is used for the first time; so an answer
 * that was lost on the way costs nothing.
 * @throws HoldfastError `unauthenticated` for a text that was never a secret of ours.
 */
export async function useSession(
  db: Database,
  text: string,
  now: Date,
  use: SessionUse,
): Promise<UsedSession | undefined> {
  const { tenantId, digest } = parseToken(text);
  return db.forTenant(tenantId, async (tx) => {
    const found = await findSession(tx, digest, now.toISOString());
    if (found === undefined) return undefined;
    const breach = breachOf(found, use, now);
    if (breach !== undefined) {
      await endForBreach(tx, tenantId, found, breach, now);
      return undefined;
    }
    const { session, secret } = found;
    if (secret === 'next') await takeNextSecret(tx, session.sessionId, digest, now.toISOString());
    if (use.active && now.getTime() - found.lastSeenAt.getTime() >= SEEN_EVERY_MS)
      await touchSession(tx, session.sessionId, now.toISOString());
    const cookie = use.canRotate ? await successor(tx, tenantId, found, now) : undefined;
    const identity = personIdentity(tenantId, digest, asOf(found));
    return cookie === undefined ? { identity } : { identity, cookie };
  });
}

function breachOf(
  { session, replacedAt, userAgentDigest }: FoundSession,
  { userAgent, country }: SessionUse,
  now: Date,
): Breach | undefined {
  if (replacedAt !== null && now.getTime() - replacedAt.getTime() > OVERLAP_MS) return 'old-secret';
  if (userAgentDigest !== null && !userAgentDigest.equals(digestOfAgent(userAgent ?? '')))
    return 'other-program';
  return session.country !== null && country !== undefined && country !== session.country
    ? 'other-country'
    : undefined;
}

async function endForBreach(
  tx: Tx,
  tenantId: string,
  { session: { sessionId, user } }: FoundSession,
  breach: Breach,
  now: Date,
): Promise<void> {
  await endSessions(tx, { id: sessionId }, now.toISOString());
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'session.ended',
      object: { type: 'user', id: user.id },
      outcome: 'refused',
      rules: [`session/${breach}`],
      facts: { session: sessionId },
    },
    actedBy(user),
  );
}

/** The text of a new secret where it is time for one, and no other request of the moment has handed one out. */
async function successor(
  tx: Tx,
  tenantId: string,
  { session, secret, currentSince, nextAt }: FoundSession,
  now: Date,
): Promise<string | undefined> {
  const isDue = now.getTime() - currentSince.getTime() >= ROTATE_AFTER_MS;
  const isLost = nextAt === null || now.getTime() - nextAt.getTime() >= OVERLAP_MS;
  if (secret !== 'current' || session.means === 'command' || !isDue || !isLost) return undefined;
  const { text, digest } = makeToken(tenantId, randomBytes);
  const lostBefore = new Date(now.getTime() - OVERLAP_MS).toISOString();
  const next = { digest, now: now.toISOString(), lostBefore };
  return (await handOutSecret(tx, session.sessionId, next)) ? text : undefined;
}

/** A secret from before a step-up has nothing of it: whoever copied it must not be raised with the person. */
function asOf({ session, replacedAt }: FoundSession): FoundSession['session'] {
  const isYounger =
    session.steppedUpAt !== null &&
    replacedAt !== null &&
    Date.parse(session.steppedUpAt) >= replacedAt.getTime();
  return isYounger ? { ...session, steppedUpAt: null } : session;
}
