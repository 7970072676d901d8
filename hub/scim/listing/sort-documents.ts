import { isList, isRecord, type Document, type DocumentValue } from '../documents/document.ts';
import type { FoundAttribute } from '../schemas/find-attribute.ts';

/**
 * Documents in the order of an attribute (RFC 7644 section 3.4.2.3): of a list the primary or first value counts; what has none
 * stands last, in descending order first. Equal ones keep their order.
 */
export function sortDocuments(
  documents: readonly Document[],
  by: FoundAttribute,
  descending: boolean,
): Document[] {
  const keyed = documents.map((document) => ({ document, key: keyOf(document, by) }));
  const order = (a: string | undefined, b: string | undefined): number => {
    if (a === b) return 0;
    if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
    return a < b ? -1 : 1;
  };
  return keyed
    .toSorted((a, b) => (descending ? order(b.key, a.key) : order(a.key, b.key)))
    .map(({ document }) => document);
}

function keyOf(document: Document, { extension, attribute, sub }: FoundAttribute): string | undefined {
  const place = extension === null ? document : document[extension];
  let value: DocumentValue | undefined = isRecord(place) ? place[attribute.name] : undefined;
  if (isList(value)) value = value.find((one) => isRecord(one) && one['primary'] === true) ?? value[0];
  if (isRecord(value)) value = value[sub?.name ?? 'value'];
  if (value === undefined || isRecord(value) || isList(value)) return undefined;
  const text = String(value);
  return (sub ?? attribute).caseExact ? text : text.toLowerCase();
}
