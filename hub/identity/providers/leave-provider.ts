import { buildEndSessionUrl } from 'openid-client';
import { z } from 'zod';
import {
  deleteProviderSession,
  readProviderSession,
} from '../../../recorder-core/records/provider-sessions.ts';
import { isHoldfastError } from '../../../recorder-core/errors.ts';
import { openSecret } from '../../connections/credential-envelope.ts';
import type { Identity } from '../sessions.ts';
import { openProvider, secretPlace } from './open-provider.ts';
import { addressesOf } from './provider-addresses.ts';
import { samlClient } from './saml/saml-client.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

const tokens = z.object({
  idToken: z.string().optional(),
  nameId: z.string().optional(),
  nameIdFormat: z.string().optional(),
});

/**
 * Where a browser goes to end the session at the provider as well (OpenID Connect RP-Initiated Logout 1.0, SAML single
 * logout); null where the session has no provider, or the provider offers no such address, or cannot be asked now: the
 * session here ends in any case. What was kept of the provider's session is forgotten.
 */
export async function leaveProvider(
  deps: SignInDependencies,
  { tenantId, sessionId, user }: Identity,
  now: Date,
): Promise<string | null> {
  const found = await deps.db.forTenant(tenantId, async (tx) => {
    const session = await readProviderSession(tx, sessionId);
    if (session !== undefined) await deleteProviderSession(tx, sessionId);
    return session;
  });
  if (found === undefined || found.sealed === null) return null;
  const { providerId: id, providerSid } = found;
  try {
    const kept = tokens.parse(await openSecret(deps.keys, secretPlace(tenantId, id, 'tokens'), found.sealed));
    const provider = await openProvider(deps, { tenantId, id }, 'sign-in');
    const ours = addressesOf(deps.publicUrl, { tenantId, id });
    if (provider.kind === 'oidc') {
      const client = await deps.network.clients.of(provider.row, provider.config, provider.secret, now);
      if (client.configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return buildEndSessionUrl(client.configuration, {
        ...(kept.idToken !== undefined && { id_token_hint: kept.idToken }),
        post_logout_redirect_uri: ours.afterLogout,
      }).href;
    }
    if (provider.config.logoutUrl === null || kept.nameId === undefined) return null;
    const profile = {
      issuer: provider.config.entityId,
      nameID: kept.nameId,
      nameIDFormat: kept.nameIdFormat ?? 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      ...(providerSid !== null && { sessionIndex: providerSid }),
      user: user.id,
    };
    return await samlClient(provider.config, provider.secret, ours).getLogoutUrlAsync(profile, '', {});
  } catch (error) {
    if (isHoldfastError(error)) return null;
    throw error;
  }
}
