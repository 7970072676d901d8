import { randomUUID } from 'node:crypto';
import { askApproval } from '../../../../recorder-core/records/ask-approval.ts';
import { approvalWorkflowId } from '../../../../workflows/ids.ts';
import type { Workplace } from '../workplace.ts';

const DAY_MS = 86_400_000;

/** A question that nobody answers, asked five days ago: it reminds, goes up a level and expires. Answers what is left of it. */
export async function approvalLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId, client } = place;
  const asked = new Date(Date.now() - 5 * DAY_MS);
  const id = bench.deps.newId(asked);
  await inTenant((tx) =>
    askApproval(tx, {
      tenantId,
      id,
      kind: 'hold-release',
      subject: { type: 'release', id: randomUUID() },
      act: 'hold.release',
      requestedBy: null,
      summary: 'Releases a hold.',
      dueAt: new Date(asked.getTime() + 8 * DAY_MS),
      now: asked,
      newId: bench.deps.newId,
    }),
  );
  await database.waitFor('select 1 from approval where id = $1 and level = 1', [id]);
  await database.asOwner("update approval set due_at = now() - interval '1 second' where id = $1", [id]);
  await client.workflow.getHandle(approvalWorkflowId({ approvalId: id })).signal('approvalEnded');
  await database.waitFor("select 1 from approval where id = $1 and state = 'expired'", [id]);
  await client.workflow.getHandle(approvalWorkflowId({ approvalId: id })).result();
  return {
    approval: await database.asOwner('select state, level, reminders from approval where id = $1', [id]),
    acts: await place.acts(id),
  };
}
