import { randomUUID } from 'node:crypto';
import { askRoleChange } from '../../../../hub/people/ask-role-change.ts';
import { insertSession } from '../../../../recorder-core/records/sessions.ts';
import { insertUser } from '../../../../recorder-core/records/users.ts';
import { roleChangeWorkflowId } from '../../../../workflows/ids.ts';
import type { Workplace } from '../workplace.ts';

const DAY_MS = 86_400_000;
/** Until the leave counts: long enough for its run to have looked once before. */
const SOON_MS = 5_000;

/** An auditor leaves, on a date that is to come, with a session open. Answers what is left of them. */
export async function peopleLife(place: Workplace): Promise<unknown> {
  const { database, inTenant, tenantId, client } = place;
  const user = { id: randomUUID(), name: `Person ${randomUUID()}`, role: 'auditor' };
  const { now, newId } = place.asking();
  const change = await inTenant(async (tx) => {
    await insertUser(tx, tenantId, user);
    await insertSession(tx, tenantId, {
      tokenDigest: Buffer.from(randomUUID()),
      userId: user.id,
      now: now.toISOString(),
      expiresAt: new Date(now.getTime() + DAY_MS).toISOString(),
    });
    return askRoleChange(
      tx,
      { tenantId, now, newId, by: null },
      {
        operation: 'leave',
        person: { id: user.id },
        wanted: {},
        reason: null,
        occurredAt: now,
        effectiveAt: new Date(now.getTime() + SOON_MS),
      },
    );
  });
  await database.waitFor("select 1 from role_change where id = $1 and state = 'applied'", [change.id]);
  await client.workflow.getHandle(roleChangeWorkflowId({ changeId: change.id })).result();
  return {
    person: await database.asOwner('select status, role from app_user where id = $1', [user.id]),
    sessions: await database.asOwner('select ended_at is not null as over from session where user_id = $1', [
      user.id,
    ]),
    acts: await place.acts(user.id),
  };
}
