import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import type { ScimAsking } from '../../../scim/scim-asking.ts';
import { scimTypeOf } from '../../../scim/scim-refusal.ts';
import type { Services } from '../../services.ts';

/**
 * Enters a change that a directory asked for and did not get, with the reason in one word: somebody may keep access by it who
 * should not. At most 20 a minute for each service account; what is no refusal of ours is left to the log.
 */
export async function noteScimRefusal(
  { db, refusals }: Pick<Services, 'db' | 'refusals'>,
  { tenantId, clientId, now }: ScimAsking,
  error: unknown,
): Promise<void> {
  if (!isHoldfastError(error) || error.status >= 500) return;
  const allowance = refusals.allow(`scim ${tenantId} ${clientId}`, now);
  if (allowance === undefined) return;
  await db.forTenant(tenantId, (tx) =>
    appendLeaf(tx, tenantId, {
      at: now,
      act: 'directory.refused',
      object: { type: 'user', id: clientId },
      outcome: 'refused',
      rules: [`scim/${scimTypeOf(error) ?? error.code}`],
      ...(allowance.unwritten === 0 ? {} : { facts: { unwrittenBefore: allowance.unwritten } }),
    }),
  );
}
