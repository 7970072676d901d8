import type { ProviderAddresses } from '../provider-addresses.ts';
import type { SamlConfig, SamlSecret } from '../provider-config.ts';
import { readAssertion, type ReadAssertion } from './read-assertion.ts';
import { readResponse } from './read-response.ts';
import { samlClient, signedAssertion } from './saml-client.ts';

/**
 * All that is checked of a posted response: its shape, its signature, and what the signed assertion says. The caller sees
 * to it that each assertion counts once.
 * @throws HoldfastError `forbidden` with the rule.
 */
export async function takeResponse(
  posted: string,
  expected: {
    readonly config: SamlConfig;
    readonly secret: SamlSecret | undefined;
    readonly ours: ProviderAddresses;
    readonly requestId: string | null;
    readonly now: Date;
  },
): Promise<ReadAssertion> {
  const { config, secret, ours, requestId, now } = expected;
  const { encrypted } = readResponse(posted, config, ours.assertionConsumer);
  const xml = await signedAssertion(samlClient(config, secret, ours, { encrypted }), posted);
  return readAssertion(xml, {
    config,
    assertionConsumer: ours.assertionConsumer,
    audience: ours.entityId,
    requestId,
    now,
  });
}
