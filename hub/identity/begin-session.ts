import { createHash, randomBytes } from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertSession, readSession, type SignInMeans } from '../../recorder-core/records/sessions.ts';
import { makeToken } from './bearer-token.ts';
import { describeAgent } from './describe-agent.ts';
import { personIdentity, type Identity } from './identity.ts';

/** How long a session lasts, in milliseconds. */
export interface SessionLives {
  /** Without an act of the person. */
  readonly idleMs: number;
  /** Whatever the person does. */
  readonly absoluteMs: number;
}

/** Half an hour without an act, and at most a working day. */
export const SESSION_LIVES: SessionLives = { idleMs: 30 * 60_000, absoluteMs: 10 * 3_600_000 };

/** Who signed in, how, and from where. */
export interface SignedIn {
  readonly userId: string;
  readonly means: SignInMeans;
  /** The identity provider that vouched. */
  readonly providerId?: string | null | undefined;
  /** When the person proved who they are, where that was not now: a provider may have known them for hours. */
  readonly authAt?: Date | null | undefined;
  readonly acr?: string | null | undefined;
  readonly amr?: readonly string[] | undefined;
  /** Set where the sign-in itself was a strong proof of presence. */
  readonly steppedUpAt?: Date | null | undefined;
  readonly country?: string | null | undefined;
  /** The header User-Agent of the request; the session belongs to this program. */
  readonly userAgent?: string | null | undefined;
  readonly lives?: SessionLives | undefined;
  readonly now: Date;
}

/** A session that began, and the secret for its cookie, which is kept nowhere. */
export interface BegunSession {
  readonly cookie: string;
  readonly identity: Identity;
}

/**
 * Every way to sign in ends here: a row, a ledger leaf that names the person and the means, and a secret. Country and name
 * are in the ledger as personal values.
 * @throws HoldfastError `unauthenticated` where this person may not sign in.
 */
export async function beginSession(tx: Tx, tenantId: string, signedIn: SignedIn): Promise<BegunSession> {
  const { now, means, userId, userAgent, lives = SESSION_LIVES } = signedIn;
  const { text: cookie, digest } = makeToken(tenantId, randomBytes);
  await insertSession(tx, tenantId, {
    ...signedIn,
    tokenDigest: digest,
    id: newId(now.getTime()),
    now: now.toISOString(),
    expiresAt: new Date(now.getTime() + lives.absoluteMs).toISOString(),
    authAt: (signedIn.authAt ?? now).toISOString(),
    steppedUpAt: signedIn.steppedUpAt?.toISOString() ?? null,
    userAgent: typeof userAgent === 'string' ? describeAgent(userAgent) : null,
    userAgentDigest: typeof userAgent === 'string' ? digestOfAgent(userAgent) : null,
    idleSeconds: Math.ceil(lives.idleMs / 1000),
  });
  const session = await readSession(tx, digest, now.toISOString());
  if (session === undefined)
    throw new HoldfastError(
      'unauthenticated',
      'This person may not sign in: the account is suspended, or its person has left. Ask an administrator.',
    );
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'session.started',
      object: { type: 'user', id: userId },
      outcome: 'done',
      facts: {
        means,
        session: session.sessionId,
        ...(session.providerId !== null && { provider: session.providerId }),
      },
    },
    { ...actedBy(session.user), ...(session.country !== null && { country: session.country }) },
  );
  return { cookie, identity: personIdentity(tenantId, digest, session) };
}

/**
 * What of a program is kept to know it again: everything that it tells of itself but numbers, because browsers update
 * themselves while somebody works.
 */
export function digestOfAgent(userAgent: string): Buffer {
  return createHash('sha256')
    .update(userAgent.replaceAll(/\d+(?:[._]\d+)*/g, '0'))
    .digest();
}
