import type { PresenceAsking } from '../identity/authenticators/presence-asking.ts';
import type { EndpointCall } from './endpoint.ts';

/** Whose proofs of presence a request is about. */
export function presenceAskingOf({
  identity,
  services,
  now,
}: Pick<EndpointCall<undefined, undefined, undefined>, 'identity' | 'services' | 'now'>): PresenceAsking {
  return { db: services.db, identity, settings: services.proofs, now, newId: services.newId };
}
