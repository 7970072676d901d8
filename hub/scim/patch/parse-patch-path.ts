import { FilterParser } from '../filter/parse-filter.ts';
import type { Filter } from '../filter/filter.ts';
import { matchValue, type Matches } from '../filter/match-filter.ts';
import { readAttributePath, readTokens } from '../filter/read-tokens.ts';
import { scimRefusal } from '../scim-refusal.ts';
import { findAttribute, findSchema, findSub } from '../schemas/find-attribute.ts';
import type { Attribute, ResourceType } from '../schemas/attribute.ts';

/** What an operation is about. */
export type PatchTarget =
  | { readonly kind: 'extension'; readonly urn: string }
  | {
      readonly kind: 'attribute';
      readonly extension: string | null;
      readonly attribute: Attribute;
      /** Chooses values of a list. */
      readonly filter: { readonly matches: Matches; readonly says: Filter } | null;
      readonly sub: Attribute | null;
      /** The path as it was sent, for messages. */
      readonly path: string;
    };

/**
 * Reads the path of an operation (RFC 7644 section 3.5.2, figure 7): `[urn:]name[filter].sub`, or the URN of an extension alone,
 * as Entra writes it. @throws HoldfastError `invalid_input` (invalidPath, or invalidFilter within brackets).
 */
export function parsePatchPath(type: ResourceType, path: string): PatchTarget {
  const schema = findSchema(type, path);
  if (schema !== undefined && schema !== type.schema) return { kind: 'extension', urn: schema.id };
  const parser = new FilterParser(readTokens(path, 'invalidPath'));
  const word = parser.take();
  const named = word.kind === 'word' ? readAttributePath(word.text) : undefined;
  const found = named && findAttribute(type, named);
  if (found === undefined) throw unknownPath(path);
  const { extension, attribute } = found;
  if (parser.next.kind !== '[') {
    parser.expect('end');
    return { kind: 'attribute', extension, attribute, filter: null, sub: found.sub, path };
  }
  parser.take();
  const says = parser.either(0);
  parser.expect(']');
  if (found.sub !== null || attribute.type !== 'complex' || !attribute.multiValued) throw unknownPath(path);
  const filter = { says, matches: matchValue(attribute, says) };
  const rest = parser.take();
  if (rest.kind === 'end') return { kind: 'attribute', extension, attribute, filter, sub: null, path };
  const sub =
    rest.kind === 'word' && rest.text.startsWith('.') ? findSub(attribute, rest.text.slice(1)) : undefined;
  if (sub === undefined || parser.take().kind !== 'end') throw unknownPath(path);
  return { kind: 'attribute', extension, attribute, filter, sub, path };
}

function unknownPath(path: string) {
  return scimRefusal(
    'invalidPath',
    `There is nothing at the path ${path.slice(0, 200)}; /scim/v2/Schemas lists the attributes. Nothing of the whole PATCH was done.`,
    path.slice(0, 200),
  );
}
