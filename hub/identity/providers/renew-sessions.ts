import { refreshTokenGrant, ResponseBodyError } from 'openid-client';
import { z } from 'zod';
import {
  claimDueSessions,
  keepRenewed,
  type ProviderSession,
} from '../../../recorder-core/records/provider-sessions.ts';
import { openSecret, sealSecret } from '../../connections/credential-envelope.ts';
import { endProviderSessions } from './end-provider-sessions.ts';
import { openProvider, secretPlace } from './open-provider.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** Of one tenant in one go; the rest comes with the next. */
const MOST_AT_ONCE = 50;
/** When a session is asked for again that could not be renewed because the provider did not answer. */
const AGAIN_MS = 5 * 60_000;

const kept = z.looseObject({ refreshToken: z.string() });

/**
 * Asks the providers of a tenant whether the people of sessions that are due may still be signed in: a session whose
 * refresh token is taken goes on, one whose token is refused (RFC 6749, section 5.2) ends. A provider that does not answer
 * ends nothing. Answers how many sessions were ended.
 */
export async function renewSessions(deps: SignInDependencies, tenantId: string, now: Date): Promise<number> {
  const again = new Date(now.getTime() + AGAIN_MS);
  const due = await deps.db.forTenant(tenantId, (tx) =>
    claimDueSessions(tx, { now, again, most: MOST_AT_ONCE }),
  );
  let ended = 0;
  for (const session of due) {
    if (await isRenewed(deps, tenantId, session, now)) continue;
    ended += await deps.db.forTenant(tenantId, (tx) =>
      endProviderSessions(tx, tenantId, [session], { by: 'renewal', now }),
    );
  }
  return ended;
}

async function isRenewed(
  deps: SignInDependencies,
  tenantId: string,
  { sessionId, providerId: id, sealed }: ProviderSession,
  now: Date,
): Promise<boolean> {
  if (sealed === null) return true;
  const place = secretPlace(tenantId, id, 'tokens');
  try {
    const tokens = kept.parse(await openSecret(deps.keys, place, sealed));
    const provider = await openProvider(deps, { tenantId, id }, 'sign-in');
    if (provider.kind !== 'oidc' || provider.config.renewMinutes === null) return true;
    const { configuration } = await deps.network.clients.of(
      provider.row,
      provider.config,
      provider.secret,
      now,
    );
    const renewed = await refreshTokenGrant(configuration, tokens.refreshToken);
    const next = {
      ...tokens,
      refreshToken: renewed.refresh_token ?? tokens.refreshToken,
      ...(renewed.id_token !== undefined && { idToken: renewed.id_token }),
    };
    const resealed = await sealSecret(deps.keys, place, next);
    const renewAt = new Date(now.getTime() + provider.config.renewMinutes * 60_000);
    await deps.db.forTenant(tenantId, (tx) => keepRenewed(tx, sessionId, resealed, renewAt));
    return true;
  } catch (error) {
    return !(error instanceof ResponseBodyError && error.error === 'invalid_grant');
  }
}
