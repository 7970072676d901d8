/** The token that the holder of a key pair signs for itself: Snowflake's key-pair authentication of the SQL API. */
import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';

/** Snowflake takes an hour at most; a piece of work is far shorter. */
const LIFE_SECONDS = 900;

/**
 * A token for a user of an account, RS256, good for a quarter of an hour. Its issuer names the public key by its SHA-256.
 * @throws RemoteFailure `auth` for what is no RSA key in PEM; the key is never part of it.
 */
export function keyToken(
  about: { readonly account: string; readonly user: string; readonly privateKey: string },
  nowMs: number,
): string {
  const key = rsaKeyOf(about.privateKey);
  const subject = `${about.account}.${about.user}`.toUpperCase();
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    iss: `${subject}.SHA256:${fingerprintOf(key)}`,
    sub: subject,
    iat,
    exp: iat + LIFE_SECONDS,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function fingerprintOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64');
}

/** @throws RemoteFailure `auth` for what is no RSA key in PEM. */
export function rsaKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What Node says may quote the key.
    throw unreadableKey();
  }
  if (key.asymmetricKeyType !== 'rsa') throw unreadableKey();
  return key;
}

/** The refusal of a key that cannot be used. */
export function unreadableKey(): RemoteFailure {
  return new RemoteFailure(
    remoteError('auth', 'The private key cannot be read; nothing was sent.', {
      scope: 'connection',
      fix: 'Enter an RSA key in PEM without a passphrase.',
    }),
  );
}
