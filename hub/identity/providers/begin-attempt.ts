import { createHash, randomBytes } from 'node:crypto';
import { insertAttempt, type AttemptPurpose } from '../../../recorder-core/records/sign-in-attempts.ts';
import { sealSecret } from '../../connections/credential-envelope.ts';
import { startOidc } from './oidc/finish-oidc.ts';
import { openProvider, secretPlace, type OpenedProvider } from './open-provider.ts';
import { addressesOf, screenPath, type ProviderReference } from './provider-addresses.ts';
import { newRequestId, samlClient, startSaml } from './saml/saml-client.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** How long a person may take at the provider. */
const ATTEMPT_LIFE_MS = 15 * 60_000;

/** What somebody wants who is about to be sent to a provider. */
export interface WantedAttempt {
  readonly purpose: AttemptPurpose;
  /** Whose session asks; needed for a test and a step-up. */
  readonly session: { readonly userId: string; readonly sessionId: string } | undefined;
  readonly returnTo: unknown;
  /** The secret of the cookie that binds the attempt to this browser. */
  readonly browser: string;
  readonly now: Date;
}

/**
 * Sends a browser to a provider: answers the address. Whoever comes back must be the same browser, within a quarter of an
 * hour, at the same provider, and once.
 * @throws HoldfastError `forbidden` where nobody can sign in with it, `unavailable`.
 */
export async function beginAttempt(
  deps: SignInDependencies,
  reference: ProviderReference,
  wanted: WantedAttempt,
): Promise<{ readonly url: string }> {
  const { tenantId, id } = reference;
  const provider = await openProvider(deps, reference, wanted.purpose);
  const state = randomBytes(32).toString('base64url');
  const { url, secret } = await requestOf(deps, provider, state, wanted);
  const sealed = await sealSecret(deps.keys, secretPlace(tenantId, id, 'attempt'), secret);
  await deps.db.forTenant(tenantId, (tx) =>
    insertAttempt(tx, tenantId, digestOf(state), {
      providerId: id,
      browser: digestOf(wanted.browser),
      purpose: wanted.purpose,
      userId: wanted.session?.userId ?? null,
      sessionId: wanted.session?.sessionId ?? null,
      returnTo: screenPath(wanted.returnTo),
      sealed,
      askedAt: wanted.now,
      expiresAt: new Date(wanted.now.getTime() + ATTEMPT_LIFE_MS),
    }),
  );
  return { url };
}

async function requestOf(
  { network, publicUrl }: SignInDependencies,
  provider: OpenedProvider,
  state: string,
  { purpose, now }: WantedAttempt,
): Promise<{ readonly url: string; readonly secret: object }> {
  const { tenantId, row } = provider;
  const ours = addressesOf(publicUrl, { tenantId, id: row.id });
  const fresh = purpose === 'step-up';
  if (provider.kind === 'oidc') {
    const { configuration } = await network.clients.of(row, provider.config, provider.secret, now);
    return startOidc(configuration, provider.config, { state, redirectUri: ours.callback, fresh });
  }
  const id = newRequestId();
  const client = samlClient(provider.config, provider.secret, ours, { id, fresh });
  return { url: await startSaml(client, state), secret: { requestId: id } };
}

/** What is kept of a secret that a browser holds. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
