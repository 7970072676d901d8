/**
 * Salted commitments: a leaf can later be shown to concern a certain person, by whoever holds the opening, and
 * tells nothing once the opening has been erased.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { HoldfastError } from '../errors.ts';

const SALT_BYTES = 32;

/** What opens one commitment. Personal data: keep it where it can be erased. */
export interface Opening {
  readonly name: string;
  readonly salt: Buffer;
  readonly value: string;
}

/** Commits to a named value under a fresh salt. @throws invalid_input for a bad name or malformed text. */
export function commit(
  name: string,
  value: string,
  random: (size: number) => Buffer,
): { readonly commitment: string; readonly opening: Opening } {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) || !value.isWellFormed()) {
    throw new HoldfastError('invalid_input', 'A personal value needs a plain name and well-formed text.', {
      field: name,
    });
  }
  const opening: Opening = { name, salt: random(SALT_BYTES), value };
  return { commitment: compute(opening).toString('base64'), opening };
}

/** Whether the opening is the one the commitments of a leaf were made from. */
export function openCommitment(
  commitments: Readonly<Record<string, string>> | undefined,
  opening: Opening,
): boolean {
  if (commitments === undefined || !Object.hasOwn(commitments, opening.name)) return false;
  const expected = Buffer.from(commitments[opening.name] ?? '', 'base64');
  const computed = compute(opening);
  return (
    opening.salt.length === SALT_BYTES &&
    expected.length === computed.length &&
    timingSafeEqual(expected, computed)
  );
}

/** HMAC-SHA-256(salt, name ‖ 0 ‖ value); the zero keeps name and value apart, and no name contains it. */
function compute({ name, salt, value }: Opening): Buffer {
  return createHmac('sha256', salt).update(name).update(Buffer.of(0)).update(value, 'utf8').digest();
}
