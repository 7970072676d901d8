import { COMMON_ATTRIBUTES, type Attribute, type ResourceType, type Schema } from './attribute.ts';

/** `[urn:]name[.sub]`, as it was written. */
export interface AttributePath {
  readonly urn: string | null;
  readonly name: string;
  readonly sub: string | null;
}

/** An attribute with its place in the document. */
export interface FoundAttribute {
  /** URN of the extension that it stands in; null where it stands at the top. */
  readonly extension: string | null;
  readonly attribute: Attribute;
  readonly sub: Attribute | null;
}

/** A schema of a type by its URN, without regard to case. */
export function findSchema({ schema, extensions }: ResourceType, urn: string): Schema | undefined {
  return [schema, ...extensions].find(({ id }) => same(id, urn));
}

/** The attribute of a path; undefined where the type has none of that name. Names have no case (RFC 7643 section 2.1). */
export function findAttribute(type: ResourceType, path: AttributePath): FoundAttribute | undefined {
  const schema = path.urn === null ? type.schema : findSchema(type, path.urn);
  if (schema === undefined) return undefined;
  const isExtension = schema !== type.schema;
  const attributes = isExtension ? schema.attributes : [...COMMON_ATTRIBUTES, ...schema.attributes];
  const attribute = attributes.find(({ name }) => same(name, path.name));
  if (attribute === undefined) return undefined;
  const sub = path.sub === null ? null : findSub(attribute, path.sub);
  return sub === undefined ? undefined : { extension: isExtension ? schema.id : null, attribute, sub };
}

/** A sub-attribute by its name. */
export function findSub({ subAttributes = [] }: Attribute, name: string): Attribute | undefined {
  return subAttributes.find((sub) => same(sub.name, name));
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
