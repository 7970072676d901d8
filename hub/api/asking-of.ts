import type { Asking } from '../identity/asking.ts';
import type { EndpointCall } from './endpoint.ts';

/** On whose behalf a request acts. */
export function askingOf({
  identity,
  services,
  now,
}: Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>): Asking {
  return {
    db: services.db,
    tenantId: identity.tenantId,
    person: identity.user,
    now,
    newId: services.newId,
    circumstances: identity.circumstances,
  };
}
