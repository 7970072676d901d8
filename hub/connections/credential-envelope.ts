import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { lengthPrefixed } from '../../recorder-core/vault/length-prefixed.ts';
import { openBox, sealBox } from '../../recorder-core/vault/sealed-box.ts';

/** `bytes` is the wrapped key of `box`; before there were boxes it was the wrapped credential itself. */
const envelope = z.strictObject({
  provider: z.string(),
  keyId: z.string(),
  bytes: z.base64(),
  box: z.base64().optional(),
});

/** Whose secret it is, and in which field it stands: it opens nowhere else. */
export interface SecretPlace {
  readonly tenantId: string;
  readonly connectionId: string;
  /** `credential`, `token`, and so on. */
  readonly field: string;
}

/** Encrypts a secret of a connection for its column, under a key of its own which the root of trust wraps. */
export async function sealSecret(keys: KeyProvider, place: SecretPlace, secret: unknown): Promise<Buffer> {
  const key = randomBytes(32);
  const context = contextOf(place);
  const box = sealBox(key, Buffer.from(JSON.stringify(secret)), context, randomBytes);
  const { provider, keyId, bytes } = await keys.wrap(key, context);
  return Buffer.from(
    JSON.stringify({ provider, keyId, bytes: bytes.toString('base64'), box: box.toString('base64') }),
  );
}

/**
 * Opens what `sealSecret` made.
 * @throws HoldfastError `key_unavailable` while the key provider is away or where the root key is destroyed,
 * `integrity_failed` for what was changed or stood in another place.
 */
export async function openSecret(keys: KeyProvider, place: SecretPlace, sealed: Buffer): Promise<unknown> {
  const { provider, keyId, bytes, box } = parseEnvelope(sealed);
  const wrapped = { provider, keyId, bytes: Buffer.from(bytes, 'base64') };
  const context = contextOf(place);
  const key = await keys.unwrap(wrapped, box === undefined ? olderContextOf(place) : context);
  const plain = box === undefined ? key : openBox(key, Buffer.from(box, 'base64'), context);
  return JSON.parse(plain.toString('utf8')) as unknown;
}

/** Encrypts a connection's credential for its column. */
export function sealCredential(
  keys: KeyProvider,
  tenantId: string,
  connectionId: string,
  credential: unknown,
): Promise<Buffer> {
  return sealSecret(keys, { tenantId, connectionId, field: 'credential' }, credential);
}

/** Opens what `sealCredential` made; `{ type: 'none' }` where the connection has no credential. Errors as `openSecret`. */
export async function openCredential(
  keys: KeyProvider,
  tenantId: string,
  connectionId: string,
  sealed: Buffer | null,
): Promise<unknown> {
  if (sealed === null) return { type: 'none' };
  return openSecret(keys, { tenantId, connectionId, field: 'credential' }, sealed);
}

/** Seals a credential anew under the current root key. Errors as `openCredential`. */
export async function rewrapCredential(
  keys: KeyProvider,
  tenantId: string,
  connectionId: string,
  sealed: Buffer,
): Promise<Buffer> {
  return sealCredential(
    keys,
    tenantId,
    connectionId,
    await openCredential(keys, tenantId, connectionId, sealed),
  );
}

function parseEnvelope(sealed: Buffer): z.infer<typeof envelope> {
  try {
    return envelope.parse(JSON.parse(sealed.toString('utf8')));
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      'The credential of this connection is damaged. Enter it again.',
      { cause },
    );
  }
}

function contextOf({ tenantId, connectionId, field }: SecretPlace): Buffer {
  return lengthPrefixed('holdfast/connection-secret/v2', [
    ['tenant', tenantId],
    ['connection', connectionId],
    ['field', field],
  ]);
}

function olderContextOf({ tenantId, connectionId }: SecretPlace): Buffer {
  return lengthPrefixed('holdfast/credential/v1', [
    ['tenant', tenantId],
    ['connection', connectionId],
  ]);
}
