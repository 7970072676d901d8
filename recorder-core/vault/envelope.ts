/**
 * The middle of the key hierarchy: one data key per part, wrapped by a key-encryption key (KEK) per scope,
 * which in turn a KeyProvider wraps. Destroying a data key erases one part; destroying a KEK erases what is
 * left of its scope, also in older backups.
 */
import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { RandomBytes } from './chunk-format.ts';
import { KEY_BYTES } from './chunk-format.ts';
import { lengthPrefixed } from './length-prefixed.ts';
import { openBox, sealBox } from './sealed-box.ts';

/** What one KEK is for. Everything in a scope can be made unreadable together when its period has ended. */
export interface KekScope {
  readonly tenant: string;
  readonly region: string;
  /** Calendar month in UTC, `YYYY-MM`. */
  readonly period: string;
  readonly retentionClass: string;
}

/** The period a moment belongs to, `YYYY-MM` in UTC. */
export function periodOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

/** The context under which a provider wraps the KEK of a scope. @throws invalid_input for a malformed scope. */
export function kekContext(scope: KekScope): Buffer {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(scope.period)) {
    throw new HoldfastError('invalid_input', 'A key period must be a month written YYYY-MM.', {
      field: 'period',
    });
  }
  return lengthPrefixed('holdfast/kek/v1', [
    ['tenant', scope.tenant],
    ['region', scope.region],
    ['period', scope.period],
    ['retentionClass', scope.retentionClass],
  ]);
}

/** A new data key: 32 random bytes, to encrypt exactly one part version. */
export function generateDataKey(random: RandomBytes = randomBytes): Buffer {
  return random(KEY_BYTES);
}

/** A new key-encryption key: 32 random bytes, to wrap the data keys of one scope. */
export function generateKek(random: RandomBytes = randomBytes): Buffer {
  return random(KEY_BYTES);
}

/** Wraps a data key; `context` is the part's (part-context.ts), so that wrapped keys cannot be swapped either. */
export function wrapDataKey(
  kek: Buffer,
  dataKey: Buffer,
  context: Buffer,
  random: RandomBytes = randomBytes,
): Buffer {
  return withOwnMemory(sealBox(kek, dataKey, dataKeyContext(context), random));
}

/** A wrapped key is kept as long as its call; as a view into Node's pool it would keep 64 KiB of it. */
function withOwnMemory(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

/** @throws integrity_failed when `wrapped` was changed or belongs to another KEK or part. */
export function unwrapDataKey(kek: Buffer, wrapped: Buffer, context: Buffer): Buffer {
  return openBox(kek, wrapped, dataKeyContext(context));
}

function dataKeyContext(context: Buffer): Buffer {
  return Buffer.concat([lengthPrefixed('holdfast/data-key/v1', []), context]);
}
