import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { endRoleChange, lockRoleChange } from '../../recorder-core/records/role-changes.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';

/**
 * Takes back a change whose date is to come, whoever asked for it. @throws HoldfastError `not_found`; `conflict` where its
 * date has come: then only another change helps.
 */
export async function withdrawRoleChange(
  tx: Tx,
  asking: Asking,
  changeId: string,
  reason: string,
): Promise<void> {
  const { tenantId, person, now, newId } = asking;
  const change = await lockRoleChange(tx, changeId);
  if (change === undefined)
    throw new HoldfastError('not_found', 'There is no change of a person with this id in your tenant.');
  if (change.state !== 'waiting')
    throw new HoldfastError(
      'conflict',
      `This change is ${change.state} and cannot be taken back any more. Make another one.`,
    );
  await endRoleChange(tx, changeId, {
    state: 'withdrawn',
    before: null,
    after: null,
    rule: 'role-change/withdrawn',
    closed: null,
    at: now.toISOString(),
  });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'change.withdrawn',
      object: { type: 'user', id: change.personId },
      outcome: 'done',
      facts: { change: changeId, operation: change.operation, effectiveAt: change.effectiveAt },
    },
    { ...actedBy(person), reason },
  );
  await insertOutbox(tx, {
    tenantId,
    id: newId(now),
    topic: 'role-change.withdrawn',
    payload: { changeId },
    trace: carryTrace(),
  });
}
