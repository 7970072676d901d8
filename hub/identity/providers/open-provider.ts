import type { Tx } from '../../../recorder-core/records/database.ts';
import { readProvider, type ProviderRow } from '../../../recorder-core/records/identity-providers.ts';
import type { KeyProvider } from '../../../recorder-core/vault/key-provider.ts';
import { openSecret } from '../../connections/credential-envelope.ts';
import {
  oidcConfig,
  oidcSecret,
  samlConfig,
  samlSecret,
  type OidcConfig,
  type OidcSecret,
  type SamlConfig,
  type SamlSecret,
} from './provider-config.ts';
import type { ProviderReference } from './provider-addresses.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import type { SignInDependencies } from './sign-in-dependencies.ts';

/** A provider with its configuration checked and its secret opened; `kind` tells which. */
export type OpenedProvider = { readonly tenantId: string; readonly row: ProviderRow } & (
  | { readonly kind: 'saml'; readonly config: SamlConfig; readonly secret: SamlSecret | undefined }
  | { readonly kind: 'oidc'; readonly config: OidcConfig; readonly secret: OidcSecret | undefined }
);

/** Where a provider's secrets are sealed: they open nowhere else. */
export function secretPlace(
  tenantId: string,
  id: string,
  field: 'client' | 'attempt' | 'answer' | 'test' | 'tokens',
) {
  return { tenantId, connectionId: id, field: `identity-provider ${field}` };
}

/**
 * Opens a provider for a sign-in. One that does not exist and one that is not live are refused alike.
 * @throws HoldfastError `forbidden`, `key_unavailable` while the key provider is away.
 */
export async function openProvider(
  { db, keys }: Pick<SignInDependencies, 'db' | 'keys'>,
  { tenantId, id }: ProviderReference,
  purpose: 'sign-in' | 'test' | 'step-up',
): Promise<OpenedProvider> {
  const row = await db.forTenant(tenantId, (tx: Tx) => readProvider(tx, id));
  const open = row !== undefined && (row.state === 'live' || (purpose === 'test' && row.state !== 'off'));
  if (!open)
    throw refusedSignIn(
      'sign-in/no-provider',
      'Nobody can sign in with this identity provider at present. Begin at the sign-in page, or ask an administrator.',
    );
  return { tenantId, row, ...(await openConfig(keys, tenantId, row)) };
}

async function openConfig(keys: KeyProvider, tenantId: string, { id, kind, config, sealed }: ProviderRow) {
  const secret =
    sealed === null ? undefined : await openSecret(keys, secretPlace(tenantId, id, 'client'), sealed);
  return kind === 'saml'
    ? { kind, config: samlConfig.parse(config), secret: samlSecret.optional().parse(secret) }
    : { kind, config: oidcConfig.parse(config), secret: oidcSecret.optional().parse(secret) };
}
