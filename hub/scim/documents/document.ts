/** A value in a document. */
export type DocumentValue =
  string | boolean | { readonly [name: string]: DocumentValue } | readonly DocumentValue[];

/**
 * A resource as a document: names as the schemas write them, values of their types, nothing unassigned; an extension under its
 * URN. Never changed in place.
 */
export type Document = Readonly<Record<string, DocumentValue>>;

/** A value with parts. */
export function isRecord(value: unknown): value is Readonly<Record<string, DocumentValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list. */
export function isList(value: unknown): value is readonly DocumentValue[] {
  return Array.isArray(value);
}

/** A text at a path of names, or undefined. */
export function textAt(document: Document, ...path: readonly string[]): string | undefined {
  let value: DocumentValue | undefined = document;
  for (const name of path) value = isRecord(value) ? value[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Without the member of that name. */
export function without(document: Document, name: string): Document {
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== name));
}

/** Whether two values say the same; the order of names does not count. */
export function sameValue(a: DocumentValue | undefined, b: DocumentValue | undefined): boolean {
  if (isList(a) && isList(b)) return a.length === b.length && a.every((one, at) => sameValue(one, b[at]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
}
