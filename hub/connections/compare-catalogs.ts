import { isDeepStrictEqual } from 'node:util';
import type { Catalog, FieldSpec } from '../../connectors/kit/fields.ts';

/** One difference between two catalogues; `field` is null where it is about a whole object. */
export interface CatalogChange {
  readonly object: string;
  readonly field: string | null;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: FieldSpec | null;
  readonly after: FieldSpec | null;
}

/** What became different in the remote system, by object and field; nothing where nobody had looked before. Pure. */
export function compareCatalogs(before: Catalog | undefined, after: Catalog): CatalogChange[] {
  if (before === undefined) return [];
  return namesOf(before.objects, after.objects).flatMap((object): CatalogChange[] => {
    const [older, newer] = [before, after].map(({ objects }) => objects.find(({ name }) => name === object));
    if (older === undefined || newer === undefined)
      return [
        {
          object,
          field: null,
          change: older === undefined ? 'added' : 'removed',
          before: null,
          after: null,
        },
      ];
    return compareFields(object, older.fields, newer.fields);
  });
}

function compareFields(
  object: string,
  older: readonly FieldSpec[],
  newer: readonly FieldSpec[],
): CatalogChange[] {
  return namesOf(older, newer).flatMap((field): CatalogChange[] => {
    const [before = null, after = null] = [older, newer].map((fields) =>
      fields.find(({ name }) => name === field),
    );
    if (isDeepStrictEqual(before, after)) return [];
    const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
    return [{ object, field, change, before, after }];
  });
}

function namesOf(...lists: readonly (readonly { readonly name: string }[])[]): string[] {
  return [...new Set(lists.flat().map(({ name }) => name))].sort();
}
