import { verify, X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import type { SamlConfig } from '../provider-config.ts';
import { refusedSignIn } from '../refused-sign-in.ts';
import { SIGNATURE_ALGORITHMS } from './saml-names.ts';

const MOST_BYTES = 64 * 1024;
const MOST_QUERY = 16 * 1024;

/** A request that came by the redirect binding, its signature verified. */
export interface RedirectedRequest {
  readonly xml: Buffer;
  /** To be given back as it came. */
  readonly relayState: string;
}

/**
 * Reads a request of the redirect binding (SAML bindings, section 3.4.4.1) out of the query as the browser sent it: the signature
 * covers those very characters. What is not signed, not by an algorithm that is taken, or has a part twice, is refused before
 * anything of it is unpacked.
 * @throws HoldfastError `forbidden` with the rule.
 */
export function readRedirect(
  query: string,
  { certificates }: Pick<SamlConfig, 'certificates'>,
): RedirectedRequest {
  const parts = partsOf(query);
  const { SAMLRequest: request, RelayState: relayState, SigAlg: algorithm, Signature: signature } = parts;
  if (request === undefined || algorithm === undefined || signature === undefined) throw notSigned();
  const named = decoded(algorithm);
  if (!SIGNATURE_ALGORITHMS.includes(named)) throw notSigned();
  const state = relayState === undefined ? '' : `&RelayState=${relayState}`;
  const signed = Buffer.from(`SAMLRequest=${request}${state}&SigAlg=${algorithm}`);
  const hash = named.endsWith('512') ? 'sha512' : 'sha256';
  const bytes = base64(decoded(signature));
  if (!certificates.some((certificate) => isSignedBy(certificate, hash, signed, bytes))) throw notSigned();
  return { xml: inflated(base64(decoded(request))), relayState: decoded(relayState ?? '') };
}

/** Only the parts that count, still written as they came. */
function partsOf(
  query: string,
): Partial<Record<'SAMLRequest' | 'RelayState' | 'SigAlg' | 'Signature', string>> {
  if (query.length > MOST_QUERY) throw unreadable();
  const parts: Record<string, string> = {};
  for (const part of query.split('&')) {
    const [name = '', value = ''] = part.split(/=(.*)/s, 2);
    if (!['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature'].includes(name)) continue;
    if (Object.hasOwn(parts, name)) throw unreadable();
    parts[name] = value;
  }
  if ('SAMLResponse' in parts) throw unreadable();
  return parts;
}

function isSignedBy(certificate: string, hash: string, signed: Buffer, signature: Buffer): boolean {
  const { publicKey } = new X509Certificate(certificate);
  return publicKey.asymmetricKeyType === 'rsa' && verify(hash, signed, publicKey, signature);
}

function inflated(packed: Buffer): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: MOST_BYTES });
  } catch {
    throw unreadable();
  }
}

function base64(text: string): Buffer {
  if (!/^[A-Za-z0-9+/\r\n]*={0,2}$/.test(text)) throw unreadable();
  return Buffer.from(text, 'base64');
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written.replaceAll('+', '%20'));
  } catch {
    throw unreadable();
  }
}

function notSigned(): Error {
  return refusedSignIn(
    'sign-in/logout-signature',
    'The logout is not signed by the identity provider; nobody was signed out.',
  );
}

function unreadable(): Error {
  return refusedSignIn('sign-in/logout-encoding', 'The logout cannot be read; nobody was signed out.');
}
