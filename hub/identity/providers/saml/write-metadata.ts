import type { ProviderAddresses } from '../provider-addresses.ts';
import type { SamlConfig, SamlSecret } from '../provider-config.ts';
import { DSIG, METADATA, POST, PROTOCOL, REDIRECT } from './saml-names.ts';

/** Our own metadata for a provider (SAML metadata, section 2.4.4): entity id, key, and where answers come. */
export function writeMetadata(
  config: SamlConfig,
  secret: SamlSecret | undefined,
  ours: ProviderAddresses,
): string {
  const key =
    secret === undefined
      ? ''
      : `${keyOf('signing', secret.certificate)}${keyOf('encryption', secret.certificate)}`;
  const signs = secret !== undefined && config.signRequests;
  const logout =
    config.logoutUrl === null
      ? ''
      : `<SingleLogoutService Binding="${REDIRECT}" Location="${escaped(ours.singleLogout)}"/>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<EntityDescriptor xmlns="${METADATA}" entityID="${escaped(ours.entityId)}">` +
    `<SPSSODescriptor AuthnRequestsSigned="${signs}" WantAssertionsSigned="${config.signed !== 'response'}" protocolSupportEnumeration="${PROTOCOL}">` +
    `${key}${logout}<AssertionConsumerService index="0" isDefault="true" Binding="${POST}" Location="${escaped(ours.assertionConsumer)}"/>` +
    '</SPSSODescriptor></EntityDescriptor>\n'
  );
}

function keyOf(use: string, certificate: string): string {
  const base64 = certificate.replace(/-----[^-]+-----|\s/g, '');
  return `<KeyDescriptor use="${use}"><KeyInfo xmlns="${DSIG}"><X509Data><X509Certificate>${base64}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (special) => `&#${special.codePointAt(0) ?? 0};`);
}
