import { HoldfastError } from '../../recorder-core/errors.ts';
import { acknowledgeAccessAlert, readAccessAlert } from '../../recorder-core/records/access-alerts.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { noteRefused } from '../../recorder-core/records/note-refused.ts';
import type { Asking } from '../identity/asking.ts';

/**
 * Notes that somebody took note of unusual use of access, and what they made of it; its incident goes on by itself. Never whom it
 * is about. @throws HoldfastError `not_found`; `forbidden` to whom it is about, with a leaf; `conflict` where somebody had before.
 */
export async function acknowledgeAlert(
  tx: Tx,
  asking: Asking,
  alertId: string,
  reason: string,
): Promise<void> {
  const { tenantId, person, now } = asking;
  const found = await readAccessAlert(tx, alertId);
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no alert of access with this id in your tenant.');
  if (found.userId === person.id) throw await refused(asking, alertId);
  if (!(await acknowledgeAccessAlert(tx, alertId, { by: person.id, at: now, reason })))
    throw new HoldfastError('conflict', 'Somebody took note of this alert before; nothing changed.');
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'access.acknowledged',
      object: { type: 'user', id: found.userId },
      outcome: 'done',
      facts: { alert: alertId, kind: found.kind, incidentId: found.incidentId },
    },
    { ...actedBy(person), reason },
  );
}

async function refused(asking: Asking, alertId: string): Promise<HoldfastError> {
  const rule = 'access-alert/own';
  await noteRefused(asking, {
    object: { type: 'access-alert', id: alertId },
    rules: [rule],
    facts: { act: 'incident.manage' },
  });
  return new HoldfastError(
    'forbidden',
    `This alert is about what you did, so somebody else has to take note of it (rule ${rule}).`,
  );
}
