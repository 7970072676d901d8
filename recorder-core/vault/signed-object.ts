/**
 * Small objects of the installation's own in the object store: a body, a line feed, and a line with its HMAC-SHA-256
 * under a secret of the installation, bound to the object's key. Who can only write to the store can add none.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import type { ObjectStore, PutResult } from './object-store.ts';

const LINE_FEED = 10;

/** Stores a signed body under a key that must be free; idempotent for the same body. Errors as `ObjectStore.put`. */
export function putSigned(
  objects: ObjectStore,
  key: string,
  body: Buffer,
  secret: Buffer,
): Promise<PutResult> {
  const mac = `\n${macOf(body, key, secret).toString('hex')}\n`;
  return objects.put(key, once(Buffer.concat([body, Buffer.from(mac)])));
}

/** The body of a signed object. @throws integrity_failed when it, its place or the secret are others; not_found. */
export async function readSigned(objects: ObjectStore, key: string, secret: Buffer): Promise<Buffer> {
  const signed = await readAll(objects, key);
  const at = signed.lastIndexOf(LINE_FEED, signed.length - 2);
  if (at < 0 || signed.at(-1) !== LINE_FEED) throw notOurs(key);
  const body = signed.subarray(0, at);
  const mac = Buffer.from(signed.subarray(at + 1, -1).toString('latin1'), 'hex');
  const expected = macOf(body, key, secret);
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw notOurs(key);
  return body;
}

/** The error of an object that this installation did not write. */
export function notOurs(key: string): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    `The object ${key} was not written by this installation, or was changed. Nothing is done by it; see "Restoring a backup" in the operations manual.`,
  );
}

async function readAll(objects: ObjectStore, key: string): Promise<Buffer> {
  const object = await objects.open(key);
  try {
    return await object.read(0, object.size);
  } finally {
    await object.close();
  }
}

/** A body of one piece for `ObjectStore.put`. */
export async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function macOf(body: Buffer, key: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(lengthPrefixed('holdfast/signed-object/v1', [['key', key]]))
    .update(body)
    .digest();
}
