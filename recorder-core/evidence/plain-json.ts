import { canonicalBytes, type JsonValue } from '../ledger/canonical-json.ts';

/**
 * Canonical JSON of what the database and the stored metadata say: members that are undefined are left out, and text that is
 * no Unicode, which a source may have sent, gets the replacement character.
 */
export function canonical(value: object): Buffer {
  return canonicalBytes(
    JSON.parse(JSON.stringify(value), (_name, member: unknown) =>
      typeof member === 'string' ? member.toWellFormed() : member,
    ) as JsonValue,
  );
}
