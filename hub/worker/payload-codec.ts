import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { HoldfastError } from '../../recorder-core/errors.ts';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const CIPHER = 'AES-256-GCM';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The keys that payloads may be encrypted with: 32 bytes each, by an id that is safe to show. */
export interface PayloadKeys {
  /** What new payloads are encrypted with. */
  readonly activeKeyId: string;
  /** The active key and every retired one that an open or retained run may still need. */
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

export interface PayloadCodecOptions {
  /** Told of each decoded payload's key id, so that a retired key can be seen to fall idle. */
  readonly onDecode?: (keyId: string) => void;
  /** 12 fresh bytes per call; the same nonce twice under one key would break the cipher. */
  readonly nonce?: () => Uint8Array;
}

/**
 * Encrypts every payload as a whole, metadata included (AES-256-GCM, NIST SP
 * 800-38D): data = nonce (12 bytes), ciphertext, tag (16). The key id stands in
 * the clear in the metadata and is authenticated. Payloads that are not marked
 * as encrypted pass through decoding untouched.
 *
 * Errors: `config_invalid` for unusable keys, `key_unavailable` for a key id
 * that is not known (yet), `integrity_failed` for anything that was altered.
 */
export function openPayloadCodec(
  { activeKeyId, keys }: PayloadKeys,
  { onDecode, nonce = () => randomBytes(NONCE_BYTES) }: PayloadCodecOptions = {},
): PayloadCodec {
  for (const [keyId, key] of keys) {
    if (key.length !== 32) throw unusable(`The payload key ${keyId} has ${key.length} bytes instead of 32.`);
  }
  const activeKey = keys.get(activeKeyId);
  if (activeKey === undefined)
    throw unusable(`The active payload key ${activeKeyId} is not in the key ring.`);
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, activeKeyId, activeKey, nonce())),
    decode: async (payloads) =>
      payloads.map((payload) => {
        if (text(payload, 'encoding') !== ENCODING) return payload;
        const keyId = text(payload, 'encryption-key-id');
        const key = keys.get(keyId);
        if (key === undefined) throw unknownKey(keyId);
        onDecode?.(keyId);
        return decrypt(payload.data ?? new Uint8Array(), keyId, key);
      }),
  };
}

function encrypt(payload: Payload, keyId: string, key: Uint8Array, nonce: Uint8Array): Payload {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(binding(keyId));
  const plain = PayloadMessage.encode(payload).finish();
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return {
    metadata: {
      encoding: Buffer.from(ENCODING),
      'encryption-cipher': Buffer.from(CIPHER),
      'encryption-key-id': Buffer.from(keyId),
    },
    data,
  };
}

function decrypt(data: Uint8Array, keyId: string, key: Uint8Array): Payload {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(binding(keyId)).setAuthTag(data.subarray(data.length - TAG_BYTES));
    const sealed = data.subarray(NONCE_BYTES, data.length - TAG_BYTES);
    return PayloadMessage.decode(Buffer.concat([decipher.update(sealed), decipher.final()]));
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      `A workflow payload under key ${keyId} was altered or was encrypted with another key of that name. It is not used; compare the key ring with the one that wrote it.`,
      { cause },
    );
  }
}

/** What the tag vouches for besides the content. A codec server knows no more than the key id, so no more is bound. */
function binding(keyId: string): Uint8Array {
  return Buffer.from(`holdfast/temporal-payload/1\0${keyId}`);
}

function text(payload: Payload, name: string): string {
  const bytes = payload.metadata?.[name];
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}

function unusable(reason: string): HoldfastError {
  return new HoldfastError('config_invalid', `${reason} Correct the key ring and start again.`);
}

function unknownKey(keyId: string): HoldfastError {
  return new HoldfastError(
    'key_unavailable',
    `A workflow payload needs the key ${keyId || '(unnamed)'}, which this process does not have. Add it to the key ring; the work is tried again.`,
  );
}
