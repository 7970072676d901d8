import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readTenant } from '../../../../recorder-core/records/tenants.ts';
import { actsOf } from '../../../access/acts-of.ts';
import type { Identity } from '../../../identity/identity.ts';
import type { Session } from '../../schemas/session.ts';
import type { Services } from '../../services.ts';

/** Who is signed in, as every way to sign in answers it. */
export async function describeSession(services: Services, identity: Identity): Promise<Session> {
  const { tenantId, user, expiresAt } = identity;
  const { tenant, acts } = await services.db.forTenant(tenantId, async (tx) => ({
    tenant: await readTenant(tx),
    acts: await actsOf(tx, identity, services.now()),
  }));
  if (tenant === undefined)
    throw new HoldfastError('unauthenticated', 'Your tenant does not exist any more.');
  return {
    user: { id: user.id, name: user.name, role: user.role },
    tenant: { id: tenant.tenantId, name: tenant.name, region: tenant.region },
    acts,
    expiresAt,
  };
}
