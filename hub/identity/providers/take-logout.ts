import { findProviderSessions } from '../../../recorder-core/records/provider-sessions.ts';
import { takeMessage } from '../../../recorder-core/records/sign-in-attempts.ts';
import { endProviderSessions } from './end-provider-sessions.ts';
import { readLogoutToken } from './oidc/read-logout-token.ts';
import { openProvider } from './open-provider.ts';
import { addressesOf, type ProviderReference } from './provider-addresses.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import { readLogoutRequest } from './saml/read-logout-request.ts';
import { answerLogout, samlClient } from './saml/saml-client.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/**
 * Ends what a provider's logout token means: its session, or all of the subject. Each token counts once. Answers how many
 * sessions were ended. @throws HoldfastError `forbidden` with the rule, `unavailable`.
 */
export async function takeBackChannelLogout(
  deps: SignInDependencies,
  reference: ProviderReference,
  token: string,
  now: Date,
): Promise<number> {
  const provider = await openProvider(deps, reference, 'sign-in');
  if (provider.kind !== 'oidc')
    throw refusedSignIn('sign-in/no-provider', 'This provider sends no logout tokens.');
  const client = await deps.network.clients.of(provider.row, provider.config, provider.secret, now);
  const meant = await readLogoutToken(client, provider.config, token, now);
  const { tenantId, id } = reference;
  return deps.db.forTenant(tenantId, async (tx) => {
    const first = await takeMessage(tx, tenantId, { ...meant, providerId: id, now });
    if (!first) throw refusedSignIn('sign-in/replay', 'This logout token was used before.');
    const sessions = await findProviderSessions(tx, id, meant);
    return endProviderSessions(tx, tenantId, sessions, { by: 'back-channel', now });
  });
}

/**
 * Ends what a SAML provider's logout request means: its sessions, or all of the subject. Each request counts once. Answers where the
 * browser takes our answer; null where the provider has no address for it.
 * @throws HoldfastError `forbidden` with the rule.
 */
export async function takeSingleLogout(
  deps: SignInDependencies,
  reference: ProviderReference,
  query: string,
  now: Date,
): Promise<string | null> {
  const provider = await openProvider(deps, reference, 'sign-in');
  if (provider.kind !== 'saml')
    throw refusedSignIn('sign-in/no-provider', 'This provider sends no logout requests.');
  const { config, secret } = provider;
  const ours = addressesOf(deps.publicUrl, reference);
  const meant = readLogoutRequest(query, { config, singleLogout: ours.singleLogout, now });
  const { tenantId, id } = reference;
  await deps.db.forTenant(tenantId, async (tx) => {
    const first = await takeMessage(tx, tenantId, { ...meant, providerId: id, now });
    if (!first) throw refusedSignIn('sign-in/replay', 'This logout was used before.');
    const sids = meant.sids.length === 0 ? [null] : meant.sids;
    for (const sid of sids) {
      const sessions = await findProviderSessions(tx, id, { subject: meant.subject, sid });
      await endProviderSessions(tx, tenantId, sessions, { by: 'single-logout', now });
    }
  });
  const logoutUrl = config.logoutResponseUrl ?? config.logoutUrl;
  if (logoutUrl === null) return null;
  return answerLogout(samlClient({ ...config, logoutUrl }, secret, ours), config.entityId, meant);
}
