/** The names of root keys: `<number>-<12 hex digits>`. Numbers are given once and rise; the digits tell rings and tokens apart. */
import { HoldfastError } from '../errors.ts';
import { lengthPrefixed } from './length-prefixed.ts';

const FORM = /^([1-9]\d{0,8})-[0-9a-f]{12}$/;

/** The number in a root key's id; undefined where the id has another form. */
export function versionOf(id: string): number | undefined {
  const version = FORM.exec(id)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** The id of the newest of some root keys; of two made at once, the same one for everybody. Undefined for none. */
export function newestOf(ids: readonly string[]): string | undefined {
  return [...ids].sort((a, b) => (versionOf(a) ?? 0) - (versionOf(b) ?? 0) || (a < b ? -1 : 1)).at(-1);
}

/**
 * Refuses to destroy what must not be. Numbers are given once, so a key with a lower number than the current one is
 * there or has been destroyed; nothing else was ever there.
 * @throws conflict for the current key, not_found for one that never was.
 */
export function refuseDestruction(keyId: string, current: string): void {
  if (keyId === current) {
    throw new HoldfastError(
      'conflict',
      `The root key ${keyId} is the current one and was not destroyed. Rotate first, and wrap anew what it protects.`,
    );
  }
  if ((versionOf(keyId) ?? Infinity) > (versionOf(current) ?? 0)) {
    throw new HoldfastError('not_found', `There never was a root key ${keyId} here; nothing was destroyed.`);
  }
}

/** What a wrapped key is bound to besides the caller's own context: the root key that wrapped it. */
export function rootContext(keyId: string, context: Buffer): Buffer {
  return Buffer.concat([lengthPrefixed('holdfast/root/v1', [['keyId', keyId]]), context]);
}
