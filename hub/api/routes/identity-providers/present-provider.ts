import type { z } from 'zod';
import type { ProviderRow } from '../../../../recorder-core/records/identity-providers.ts';
import { openSecret } from '../../../connections/credential-envelope.ts';
import { secretPlace } from '../../../identity/providers/open-provider.ts';
import { addressesOf } from '../../../identity/providers/provider-addresses.ts';
import { oidcConfig, samlConfig } from '../../../identity/providers/provider-config.ts';
import { providerDetail, type providerSummary } from '../../schemas/identity-provider.ts';
import type { Services } from '../../services.ts';

/** A provider as lists show it. */
export function presentProvider(row: ProviderRow): z.input<typeof providerSummary> {
  const { id, kind, name, state, version, domains, testedAt } = row;
  return { id, kind, name, state, version, domains: [...domains], testedAt: testedAt?.toISOString() ?? null };
}

/** A provider with everything but its secret; opens what the newest test brought, so call it outside of a transaction. */
export async function presentProviderDetail(
  { keys, exports }: Pick<Services, 'keys' | 'exports'>,
  tenantId: string,
  row: ProviderRow,
): Promise<z.input<typeof providerDetail>> {
  const { id, kind, config, lastTest } = row;
  const kept = lastTest && (await openSecret(keys, secretPlace(tenantId, id, 'test'), lastTest));
  return {
    ...presentProvider(row),
    config: (kind === 'saml' ? samlConfig : oidcConfig).parse(config),
    hasSecret: row.sealed !== null,
    tested: row.testedVersion === row.version,
    addresses: { ...addressesOf(exports.publicUrl, { tenantId, id }) },
    lastTest: kept === null ? null : providerDetail.shape.lastTest.parse(kept),
  };
}
