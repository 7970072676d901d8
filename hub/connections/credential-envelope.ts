import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { lengthPrefixed } from '../../recorder-core/vault/length-prefixed.ts';

const envelope = z.strictObject({ provider: z.string(), keyId: z.string(), bytes: z.base64() });

/** Encrypts a connection's credential under the root of trust, bound to its tenant and connection, for its column. */
export async function sealCredential(
  keys: KeyProvider,
  tenantId: string,
  connectionId: string,
  credential: unknown,
): Promise<Buffer> {
  const wrapped = await keys.wrap(Buffer.from(JSON.stringify(credential)), contextOf(tenantId, connectionId));
  return Buffer.from(JSON.stringify({ ...wrapped, bytes: wrapped.bytes.toString('base64') }));
}

/** Opens what `sealCredential` made; `{ type: 'none' }` where the connection has no credential. */
export async function openCredential(
  keys: KeyProvider,
  tenantId: string,
  connectionId: string,
  sealed: Buffer | null,
): Promise<unknown> {
  if (sealed === null) return { type: 'none' };
  const parsed = envelope.safeParse(JSON.parse(sealed.toString('utf8')));
  if (!parsed.success) {
    throw new HoldfastError(
      'integrity_failed',
      'The credential of this connection is damaged. Enter it again.',
      { cause: parsed.error },
    );
  }
  const { provider, keyId, bytes } = parsed.data;
  const plain = await keys.unwrap(
    { provider, keyId, bytes: Buffer.from(bytes, 'base64') },
    contextOf(tenantId, connectionId),
  );
  return JSON.parse(plain.toString('utf8')) as unknown;
}

function contextOf(tenantId: string, connectionId: string): Buffer {
  return lengthPrefixed('holdfast/credential/v1', [
    ['tenant', tenantId],
    ['connection', connectionId],
  ]);
}
