/**
 * An identity provider of SAML 2.0 for tests, in their process: real keys, real signatures and encryption, and every way to
 * get an answer wrong. It has no pages; a test carries its answers itself.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import { encrypt } from 'xml-encryption';

const SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** A key pair with its self-signed certificate, PEM. */
export interface CertifiedKey {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly certificate: string;
}

/** Makes one with OpenSSL. */
export function makeCertifiedKey(name: string): CertifiedKey {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-certificate-'));
  try {
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    const how = ['-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', `/CN=${name}`];
    run('req', '-x509', ...how, '-keyout', 'key.pem', '-out', 'cert.pem');
    run('rsa', '-in', 'key.pem', '-pubout', '-out', 'public.pem');
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    return { privateKey: read('key.pem'), publicKey: read('public.pem'), certificate: read('cert.pem') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What an answer says; what is left out is as a good one has it. */
export interface SamlAnswer {
  readonly assertionConsumer: string;
  readonly audience: string;
  readonly inResponseTo: string | null;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly issuer?: string;
  readonly destination?: string | null;
  readonly recipient?: string;
  readonly assertionId?: string;
  readonly at?: Date;
  /** Milliseconds after `at` until which it is good. */
  readonly lifeMs?: number;
  readonly notBeforeMs?: number;
  readonly authenticatedAt?: Date;
  readonly acr?: string;
  readonly sessionIndex?: string;
  readonly status?: string;
  readonly sign?: 'assertion' | 'response' | 'both' | 'none';
  readonly signWith?: CertifiedKey;
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly canonicalization?: string;
  /** The service provider's key that the assertion is encrypted for. */
  readonly encryptFor?: CertifiedKey;
  readonly keyEncryption?: string;
}

/** The provider. */
export interface SamlIdentityProvider {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly key: CertifiedKey;
  /** An answer as XML. */
  answer(answer: SamlAnswer): Promise<string>;
  /** Signs the element of a local name, which must have an id. */
  sign(xml: string, element: string, answer?: Partial<SamlAnswer>): string;
}

/** Makes it; it has nothing to be closed. */
export function makeSamlIdentityProvider(name = 'idp.example'): SamlIdentityProvider {
  const key = makeCertifiedKey(name);
  const entityId = `https://${name}/saml`;
  const sign: SamlIdentityProvider['sign'] = (xml, element, how = {}) =>
    signElement(xml, element, { signWith: key, ...how });
  return {
    entityId,
    signInUrl: `https://${name}/sso`,
    key,
    sign,
    async answer(answer) {
      const signs = answer.sign ?? 'assertion';
      let xml = write({ issuer: entityId, ...answer });
      if (signs === 'assertion' || signs === 'both') xml = sign(xml, 'Assertion', answer);
      if (answer.encryptFor !== undefined) xml = await encryptAssertion(xml, answer.encryptFor, answer);
      if (signs === 'response' || signs === 'both') xml = sign(xml, 'Response', answer);
      return xml;
    },
  };
}

/** As a browser posts it. */
export function encodeAnswer(xml: string): string {
  return Buffer.from(xml).toString('base64');
}

/** What a redirect to the provider asks. */
export function readAuthnRequest(address: string): {
  readonly id: string;
  readonly relayState: string;
  readonly xml: string;
} {
  const query = new URL(address).searchParams;
  const xml = inflateRawSync(Buffer.from(query.get('SAMLRequest') ?? '', 'base64')).toString();
  return { id: /\sID="([^"]+)"/.exec(xml)?.[1] ?? '', relayState: query.get('RelayState') ?? '', xml };
}

function write(answer: SamlAnswer & { readonly issuer: string }): string {
  const at = answer.at ?? new Date();
  const instant = (ms: number) => new Date(at.getTime() + ms).toISOString();
  const until = instant(answer.lifeMs ?? 120_000);
  const from = instant(answer.notBeforeMs ?? -1000);
  const reply = answer.inResponseTo === null ? '' : ` InResponseTo="${answer.inResponseTo}"`;
  const destination =
    answer.destination === null ? '' : ` Destination="${answer.destination ?? answer.assertionConsumer}"`;
  const attributes = Object.entries(answer.attributes ?? {})
    .map(
      ([name, values]) =>
        `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
    )
    .join('');
  const issuer = `<saml:Issuer>${answer.issuer}</saml:Issuer>`;
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response${Math.random().toString(36).slice(2)}" Version="2.0" IssueInstant="${instant(0)}"${destination}${reply}>` +
    `${issuer}<samlp:Status><samlp:StatusCode Value="${answer.status ?? 'urn:oasis:names:tc:SAML:2.0:status:Success'}"/></samlp:Status>` +
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${answer.assertionId ?? `_assertion${Math.random().toString(36).slice(2)}`}" Version="2.0" IssueInstant="${instant(0)}">${issuer}` +
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${answer.subject ?? 'person-1'}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${answer.recipient ?? answer.assertionConsumer}"${reply}/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${from}" NotOnOrAfter="${until}"><saml:AudienceRestriction><saml:Audience>${answer.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${(answer.authenticatedAt ?? at).toISOString()}" SessionIndex="${answer.sessionIndex ?? '_session1'}"><saml:AuthnContext><saml:AuthnContextClassRef>${answer.acr ?? 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion></samlp:Response>`
  );
}

function signElement(xml: string, element: string, answer: Partial<SamlAnswer>): string {
  const { signWith, signatureAlgorithm, digestAlgorithm, canonicalization } = answer;
  const hmac = signatureAlgorithm?.includes('hmac') === true;
  const signed = new SignedXml({
    // Algorithm confusion: the certificate, which everybody knows, as the shared secret.
    privateKey: hmac ? (signWith?.certificate ?? '') : (signWith?.privateKey ?? ''),
    signatureAlgorithm: signatureAlgorithm ?? SHA256,
    canonicalizationAlgorithm: canonicalization ?? C14N,
  });
  if (hmac) signed.enableHMAC();
  const xpath = `//*[local-name(.)='${element}']`;
  signed.addReference({
    xpath,
    digestAlgorithm: digestAlgorithm ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [ENVELOPED, canonicalization ?? C14N],
  });
  const issuer = `${xpath}/*[local-name(.)='Issuer']`;
  signed.computeSignature(xml, { location: { reference: issuer, action: 'after' }, prefix: 'ds' });
  return signed.getSignedXml();
}

async function encryptAssertion(xml: string, key: CertifiedKey, answer: SamlAnswer): Promise<string> {
  const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? '';
  const encrypted = await promisify(encrypt)(assertion, {
    rsa_pub: key.publicKey,
    pem: key.certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: answer.keyEncryption ?? 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    warnInsecureAlgorithm: false,
  } as never);
  return xml.replace(assertion, `<saml:EncryptedAssertion>${String(encrypted)}</saml:EncryptedAssertion>`);
}
