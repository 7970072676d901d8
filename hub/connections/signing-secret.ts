import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** Standard Webhooks: a secret that both sides have, a private key of ours, and the public key that goes with it. */
const PREFIX = 'whsec_';
const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
/** What comes before the 32 bytes of an ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_BYTES = 32;
/** Standard Webhooks asks for 24 to 64 random bytes. */
const SECRET_BYTES = 32;

/** Makes a secret of Standard Webhooks: `whsec_` and the key in base64. */
export function makeSigningSecret(random: (size: number) => Buffer): string {
  return `${PREFIX}${random(SECRET_BYTES).toString('base64')}`;
}

/** The key of a signing secret. @throws HoldfastError `config_invalid` for what is none. */
export function keyOfSecret(secret: string): Buffer {
  const key = secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.alloc(0);
  if (key.length >= 24 && key.length <= 64) return key;
  throw new HoldfastError(
    'config_invalid',
    'A signing secret of this connection is not one of Standard Webhooks. Make a new one with `holdfast connection rotate-secret`.',
  );
}

/** Makes a private key of Standard Webhooks (ed25519): `whsk_` and its 32 bytes in base64. */
export function makeSigningKey(): string {
  const pkcs8 = generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  return `${PRIVATE_PREFIX}${pkcs8.subarray(-ED25519_BYTES).toString('base64')}`;
}

/** The public key that verifies what a private key signs: `whpk_` and its 32 bytes in base64. @throws as `keyOfSecret`. */
export function publicKeyOf(privateKey: string): string {
  const spki = createPublicKey(privateKeyOf(privateKey)).export({ format: 'der', type: 'spki' });
  return `${PUBLIC_PREFIX}${spki.subarray(-ED25519_BYTES).toString('base64')}`;
}

/**
 * One signature of Standard Webhooks over `id.timestamp.body`: `v1,` with a secret, `v1a,` with a private key.
 * @throws HoldfastError `config_invalid` for what is neither.
 */
export function signatureBy(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const head = `${id}.${timestamp}.`;
  if (secret.startsWith(PRIVATE_PREFIX)) {
    const signed = sign(null, Buffer.concat([Buffer.from(head), body]), privateKeyOf(secret));
    return `v1a,${signed.toString('base64')}`;
  }
  return `v1,${createHmac('sha256', keyOfSecret(secret)).update(head).update(body).digest('base64')}`;
}

function privateKeyOf(text: string): KeyObject {
  const bytes = Buffer.from(text.slice(PRIVATE_PREFIX.length), 'base64');
  if (bytes.length !== ED25519_BYTES)
    throw new HoldfastError(
      'config_invalid',
      'A signing key of this endpoint is not one of Standard Webhooks. Rotate it with `holdfast webhook rotate`.',
    );
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, bytes]), format: 'der', type: 'pkcs8' });
}
