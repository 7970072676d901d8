import type { Request } from 'express';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { noteRefusedAccess } from '../../audit-access.ts';
import { requireIdentity } from '../../require-identity.ts';
import type { Services } from '../../services.ts';

/** The directory that sent a request. */
export interface ScimClient {
  readonly tenantId: string;
  /** Id of its service account. */
  readonly clientId: string;
}

/**
 * Who pushes people: a machine with the scope `scim`, by its token or certificate. Whoever else is known here is refused, and the
 * refusal is in the ledger. @throws HoldfastError `unauthenticated`, `forbidden`.
 */
export async function requireScimClient(
  request: Request,
  services: Services,
  now: Date,
): Promise<ScimClient> {
  const identity = await requireIdentity(request, services, now);
  const { tenantId, user } = identity;
  if (identity.scope?.includes('scim') === true) return { tenantId, clientId: user.id };
  const refused = {
    act: 'person.manage',
    rule: 'scim/scope',
    object: { type: 'user', id: user.id },
  } as const;
  await noteRefusedAccess(services, identity, refused, now);
  throw new HoldfastError(
    'forbidden',
    'Directories push people with the token of a service account whose scope has scim in it (rule scim/scope).',
  );
}
