/** One injective encoding for everything that serves as associated data or derivation input. */
import { HoldfastError } from '../errors.ts';

/**
 * `domain`, then each field as a 16-bit big-endian length and its UTF-8 bytes. Without the lengths,
 * ("ab", "c") and ("a", "bc") would read the same.
 * @throws invalid_input naming the field that is empty, longer than 65535 bytes or not well-formed Unicode.
 */
export function lengthPrefixed(
  domain: string,
  fields: readonly (readonly [name: string, value: string])[],
): Buffer {
  const pieces = [encode('domain', domain), ...fields.map(([name, value]) => encode(name, value))];
  return Buffer.concat(pieces);
}

function encode(name: string, value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  // An unpaired surrogate would silently become U+FFFD and let two different values coincide.
  if (bytes.length === 0 || bytes.length > 0xffff || !value.isWellFormed()) {
    throw new HoldfastError(
      'invalid_input',
      `The ${name} cannot be bound to a key: it is missing, too long or malformed.`,
      {
        field: name,
      },
    );
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
