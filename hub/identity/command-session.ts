import { randomBytes } from 'node:crypto';
import type { Database } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertSession } from '../../recorder-core/records/sessions.ts';
import { actingPerson } from './acting-person.ts';
import { makeToken } from './bearer-token.ts';

/** Long enough for an evening with a workflow, short for what lies in a shell's history. */
const LIFE_MS = 3_600_000;

/**
 * Opens a session for a program that a person runs, such as Temporal's command line, for an hour. Whoever can run our
 * commands on the machine can do this; the ledger names the person and the means.
 * @throws HoldfastError `not_found` where nobody has this name.
 */
export async function openCommandSession(
  db: Database,
  tenantId: string,
  now: Date,
  named?: string,
): Promise<{ readonly token: string; readonly expiresAt: string }> {
  const { text: token, digest: tokenDigest } = makeToken(tenantId, randomBytes);
  const expiresAt = new Date(now.getTime() + LIFE_MS).toISOString();
  await db.forTenant(tenantId, async (tx) => {
    const user = await actingPerson(tx, tenantId, named, now);
    await insertSession(tx, tenantId, {
      tokenDigest,
      userId: user.id,
      now: now.toISOString(),
      expiresAt,
      means: 'command',
    });
    await appendLeaf(
      tx,
      tenantId,
      {
        at: now,
        act: 'session.started',
        object: { type: 'user', id: user.id },
        outcome: 'done',
        facts: { means: 'command' },
      },
      actedBy(user),
    );
  });
  return { token, expiresAt };
}
