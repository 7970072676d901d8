import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { endSessions, type SessionChoice } from '../../recorder-core/records/sessions.ts';
import type { User } from '../../recorder-core/records/users.ts';

/** Who ends sessions, and why where they are not their own. */
export interface SessionEnding {
  readonly tenantId: string;
  readonly person: User;
  readonly now: Date;
  readonly reason?: string;
}

/** Ends the sessions that are meant, each a leaf about its person; answers how many there were. */
export async function endSessionsFor(
  tx: Tx,
  { tenantId, person, now, reason }: SessionEnding,
  which: SessionChoice,
): Promise<number> {
  const ended = await endSessions(tx, which, now.toISOString());
  for (const { id, userId } of ended)
    await appendLeaf(
      tx,
      tenantId,
      {
        at: now,
        act: 'session.ended',
        object: { type: 'user', id: userId },
        outcome: 'done',
        facts: { session: id },
      },
      { ...actedBy(person), ...(reason !== undefined && { reason }) },
    );
  return ended.length;
}

/** Ends the one session that is meant. @throws HoldfastError `not_found` where there is none. */
export async function endOneSession(tx: Tx, ending: SessionEnding, which: SessionChoice): Promise<void> {
  if ((await endSessionsFor(tx, ending, which)) > 0) return;
  throw new HoldfastError('not_found', 'There is no open session of this id. It may have ended already.');
}
