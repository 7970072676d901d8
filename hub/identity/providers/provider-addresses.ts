import { z } from 'zod';
import { HoldfastError } from '../../../recorder-core/errors.ts';

/** Which provider of which tenant; both ids stand in every address, for nobody is signed in there yet. */
export interface ProviderReference {
  readonly tenantId: string;
  readonly id: string;
}

const reference = z.object({ tenantId: z.uuid().toLowerCase(), id: z.uuid().toLowerCase() });

/** As links to a sign-in name it: `<tenant>.<provider>`. */
export function writeReference({ tenantId, id }: ProviderReference): string {
  return `${tenantId}.${id}`;
}

/** Reads one. @throws HoldfastError `not_found` for what is none. */
export function parseReference(text: unknown): ProviderReference {
  const [tenantId, id, ...more] = typeof text === 'string' ? text.split('.') : [];
  const parsed = reference.safeParse({ tenantId, id });
  if (parsed.success && more.length === 0) return parsed.data;
  throw new HoldfastError(
    'not_found',
    'There is no identity provider at this address. Begin at the sign-in page of Holdfast.',
  );
}

/** Ours, which the provider has to know; each provider has its own, so that none can answer for another. */
export interface ProviderAddresses {
  /** Where a sign-in with this provider begins; of use for a tile in the provider's portal. */
  readonly start: string;
  /** OpenID Connect: redirect URI, and where logout tokens are posted. */
  readonly callback: string;
  readonly backChannelLogout: string;
  /** SAML: our entity id, which is the address of our metadata, and where answers and logout requests come. */
  readonly entityId: string;
  readonly assertionConsumer: string;
  readonly singleLogout: string;
  /** Where people land after a logout at the provider. */
  readonly afterLogout: string;
}

/** The addresses of one provider under the public address of this installation, which has no slash at its end. */
export function addressesOf(publicUrl: string, provider: ProviderReference): ProviderAddresses {
  const { tenantId, id } = provider;
  const oidc = `${publicUrl}/auth/oidc/${tenantId}/${id}`;
  const saml = `${publicUrl}/auth/saml/${tenantId}/${id}`;
  return {
    start: `${publicUrl}/auth/start?provider=${writeReference(provider)}`,
    callback: `${oidc}/callback`,
    backChannelLogout: `${oidc}/back-channel-logout`,
    entityId: `${saml}/metadata`,
    assertionConsumer: `${saml}/acs`,
    singleLogout: `${saml}/logout`,
    afterLogout: `${publicUrl}/sign-in`,
  };
}

/** What in a path of ours is no screen: nobody is sent there after a sign-in. */
const NO_SCREENS = /^\/(api|auth|d|events|scim|notices|healthz|readyz|metrics|assets)(?=[/?#]|$)/i;

/**
 * Where somebody lands after the sign-in: a screen of the console, or the first one for anything that a browser could read
 * as another site.
 */
export function screenPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 1000) return '/';
  if (!/^\/(?!\/)[\w\-.~/?=&%+:,@!]*$/.test(wanted) || /%(5c|2f|0[0-9a-f]|1[0-9a-f])/i.test(wanted))
    return '/';
  const { origin, pathname } = new URL(wanted, 'https://console.invalid');
  if (origin !== 'https://console.invalid' || pathname.includes('//') || NO_SCREENS.test(pathname))
    return '/';
  return wanted;
}
