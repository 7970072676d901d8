import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import { credential, type Credential } from '../../connectors/kit/auth.ts';
import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** RFC 7518, section 3.3: a key of 2048 bits or larger. */
const LEAST_RSA_BITS = 2048;

/**
 * A credential as a person gave it, of a kind that the connector takes and with keys that can be read.
 * @throws HoldfastError `invalid_input` that points at the field and never repeats what was in it.
 */
export function checkedCredential(manifest: ConnectorManifest, input: unknown): Credential {
  const kinds = manifest.auth.map(({ type }) => type).filter((type) => type !== 'webhook');
  const parsed = credential.safeParse(input);
  if (!parsed.success) {
    const { path, says } = firstFault(parsed.error);
    // What the kinds of all connectors are helps nobody: those of this one do.
    if (path[0] === 'type') throw refuse('type', `this connector takes: ${kinds.join(', ')}.`);
    const place = path.length === 0 ? 'it' : `"${path.join('.')}"`;
    throw refuse(path.join('/'), `${place} ${says}. This connector takes: ${kinds.join(', ')}.`);
  }
  const given = parsed.data;
  if (given.type === 'webhook')
    throw refuse('type', 'signing secrets are made here and not given; ask for new ones instead.');
  if (!kinds.includes(given.type))
    throw refuse('type', `the connector "${manifest.id}" does not take it, but: ${kinds.join(', ')}.`);
  if (given.type === 'api_key') requireHeaderText('apiKey', given.apiKey);
  if (given.type === 'bearer') requireHeaderText('token', given.token);
  if (given.type === 'oauth2_jwt_bearer' || given.type === 'keypair_jwt') requireRsa(given.privateKey);
  if (given.type === 'mtls') requirePair(given.certificate, given.privateKey);
  return given;
}

/** What is sent in a header as it stands. A line break at the end is the usual slip: nothing could ever be sent with it. */
function requireHeaderText(field: string, text: string): void {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text)) return;
  throw refuse(
    field,
    'it has a character that cannot be sent, such as a line break or a blank at its end; copy it again.',
  );
}

function requireRsa(pem: string): void {
  const key = readKey(pem);
  if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS)
    return;
  throw refuse('privateKey', `it has to be an RSA key of at least ${LEAST_RSA_BITS} bits.`);
}

function requirePair(certificate: string, pem: string): void {
  const key = readKey(pem);
  let read: X509Certificate;
  try {
    read = new X509Certificate(certificate);
  } catch {
    throw refuse('certificate', 'it cannot be read; give the chain in PEM, your own certificate first.');
  }
  if (!read.checkPrivateKey(key)) throw refuse('privateKey', 'it does not belong to the first certificate.');
}

/** The cause is left out on purpose: what a parser says of a key may repeat some of it. */
function readKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw refuse('privateKey', 'it cannot be read; give it in PEM, without a passphrase.');
  }
}

function refuse(path: string, why: string): HoldfastError {
  return new HoldfastError('invalid_input', `The credential was refused: ${why} Nothing was kept.`, {
    field: path === '' ? '/body/credential' : `/body/credential/${path}`,
  });
}
