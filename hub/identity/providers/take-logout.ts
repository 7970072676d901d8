import { findProviderSessions } from '../../../recorder-core/records/provider-sessions.ts';
import { takeMessage } from '../../../recorder-core/records/sign-in-attempts.ts';
import { endProviderSessions } from './end-provider-sessions.ts';
import { readLogoutToken } from './oidc/read-logout-token.ts';
import { openProvider } from './open-provider.ts';
import type { ProviderReference } from './provider-addresses.ts';
import { refusedSignIn } from './refused-sign-in.ts';
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
