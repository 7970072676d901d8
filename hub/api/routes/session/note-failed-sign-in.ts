import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import type { Services } from '../../services.ts';

/**
 * Enters a sign-in that was refused, at a tenant that exists: nobody's name, which may be a secret in the wrong field. Bounded,
 * because whoever knows a tenant's id could fill its ledger otherwise.
 */
export async function noteFailedSignIn(
  services: Services,
  tenantId: string,
  means: 'link' | 'password' | 'passkey',
  now: Date,
): Promise<void> {
  if ((await services.db.forTenant(tenantId, readTenant)) === undefined) return;
  const allowance = services.refusals.allow(`tenant ${tenantId}`, now);
  if (allowance === undefined) return;
  await services.db.forTenant(tenantId, (tx) =>
    appendLeaf(tx, tenantId, {
      at: now,
      act: 'access.refused',
      object: { type: 'tenant', id: tenantId },
      outcome: 'refused',
      rules: [`session/${means}`],
      facts: {
        act: 'session.start',
        ...(allowance.unwritten === 0 ? {} : { unwrittenBefore: allowance.unwritten }),
      },
    }),
  );
}
