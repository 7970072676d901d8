import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { insertSignInLink } from '../../recorder-core/records/sessions.ts';
import { makeToken } from './bearer-token.ts';
import { actingPerson } from './acting-person.ts';

/** How long a one-time link may wait to be opened. */
const LINK_LIFE_MS = 15 * 60_000;

/**
 * Makes a one-time sign-in link for the user named, or for the local administrator, who is made on the
 * first call. The secret stands in the fragment, so that it reaches no server
 * log and no preview opens it.
 */
export async function makeSignInLink(
  db: Database,
  tenantId: string,
  consoleUrl: string,
  now: Date,
  named?: string,
): Promise<string> {
  const { text, digest } = makeToken(tenantId, randomBytes);
  await db.forTenant(tenantId, async (tx) => {
    const user = await actingPerson(tx, tenantId, named, now);
    const expiresAt = new Date(now.getTime() + LINK_LIFE_MS).toISOString();
    await insertSignInLink(tx, tenantId, { tokenDigest: digest, userId: user.id, expiresAt });
  });
  return `${consoleUrl}/sign-in#${text}`;
}

/** A link that goes by mail may lie in a mailbox over night. */
const MAILED_LIFE_MS = 24 * 60 * 60_000;

/** Makes a one-time sign-in link for somebody, to be sent to their own mailbox; it works for a day. */
export async function makeMailedSignInLink(
  tx: Tx,
  consoleUrl: string,
  { tenantId, userId, now }: { readonly tenantId: string; readonly userId: string; readonly now: Date },
): Promise<{ readonly url: string; readonly until: string }> {
  const { text, digest } = makeToken(tenantId, randomBytes);
  const until = new Date(now.getTime() + MAILED_LIFE_MS).toISOString();
  await insertSignInLink(tx, tenantId, { tokenDigest: digest, userId, expiresAt: until });
  return { url: `${consoleUrl}/sign-in#${text}`, until };
}
