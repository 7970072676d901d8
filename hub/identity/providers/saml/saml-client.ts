import { randomBytes } from 'node:crypto';
import { SAML } from '@node-saml/passport-saml';
import type { ProviderAddresses } from '../provider-addresses.ts';
import type { SamlConfig, SamlSecret } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';

/** An id that is a legal XML name and cannot be guessed. */
export function newRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/** The library for one message of one provider. Requests are told apart by us, so it keeps none. */
export function samlClient(
  config: SamlConfig,
  secret: SamlSecret | undefined,
  ours: ProviderAddresses,
  request: { readonly id?: string; readonly fresh?: boolean; readonly encrypted?: boolean } = {},
): SAML {
  const fresh = request.fresh === true;
  const classes = fresh ? config.stepUpAcr : [];
  return new SAML({
    callbackUrl: ours.assertionConsumer,
    entryPoint: config.signInUrl,
    logoutUrl: config.logoutUrl ?? config.signInUrl,
    issuer: ours.entityId,
    audience: ours.entityId,
    idpCert: [...config.certificates],
    idpIssuer: config.entityId,
    wantAuthnResponseSigned: config.signed !== 'assertion' || request.encrypted === true,
    wantAssertionsSigned: config.signed !== 'response' && request.encrypted !== true,
    acceptedClockSkewMs: config.clockSkewSeconds * 1000,
    validateInResponseTo: 'never' as never, // `readAssertion` compares it with the attempt of this very browser
    signatureAlgorithm: 'sha256',
    identifierFormat: config.nameIdFormat,
    forceAuthn: fresh,
    ...(classes.length === 0
      ? { disableRequestedAuthnContext: true }
      : { authnContext: [...classes], racComparison: 'exact' as const }),
    ...(request.id !== undefined && { generateUniqueId: () => request.id as string }),
    ...(secret !== undefined && { decryptionPvk: secret.privateKey }),
    ...(secret !== undefined && config.signRequests && { privateKey: secret.privateKey }),
  });
}

/** The address that takes the browser to the provider with our answer that its logout was done, by redirect. */
export function answerLogout(
  client: SAML,
  issuer: string,
  { id, subject, relayState }: { readonly id: string; readonly subject: string; readonly relayState: string },
): Promise<string> {
  const request = { ID: id, issuer, nameID: subject, nameIDFormat: '' };
  return client.getLogoutResponseUrlAsync(request, relayState, {}, true);
}

/** The address that takes the browser to the provider with our request, by redirect. */
export function startSaml(client: SAML, state: string): Promise<string> {
  return client.getAuthorizeUrlAsync(state, undefined, {});
}

/**
 * The assertion as its signature covers it: the library answers the bytes that were digested, and nothing else of the
 * message counts.
 * @throws HoldfastError `forbidden` with the rule where no certificate of the provider made the signature.
 */
export async function signedAssertion(client: SAML, posted: string): Promise<string> {
  try {
    const { profile } = await client.validatePostResponseAsync({ SAMLResponse: posted });
    const xml = profile?.getAssertionXml?.();
    if (xml !== undefined) return xml;
  } catch (error) {
    throw refusedSignIn(`sign-in/saml-${faultOf(error)}`, NOTHING_PROVED, error);
  }
  throw refusedSignIn('sign-in/saml-signature', NOTHING_PROVED);
}

const NOTHING_PROVED =
  'The answer of the identity provider does not prove who you are. Nobody was signed in; begin again.';

function faultOf(error: unknown): string {
  const message = String(Reflect.get(Object(error), 'message'));
  for (const [pattern, fault] of FAULTS) if (pattern.test(message)) return fault;
  return 'signature';
}

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/decrypt|oaep|padding|modulus|rsa routines|cipher|authenticate data|invalid key/i, 'encryption'],
  [/audience/i, 'audience'],
  [/not yet valid/i, 'not-yet'],
  [/expired/i, 'expired'],
];
