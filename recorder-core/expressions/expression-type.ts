/**
 * The types of expressions. `any` is known only when an expression runs; `nothing` is the element of an empty list.
 * Nullable values may stand wherever their type may: what is null then is a fault of the run, not of the text.
 */
export type ExpressionType =
  | 'any'
  | 'nothing'
  | 'null'
  | 'text'
  | 'integer'
  | 'unsigned'
  | 'number'
  | 'boolean'
  | 'bytes'
  | 'instant'
  | 'duration'
  | 'type'
  | { readonly list: ExpressionType }
  | { readonly map: ExpressionType }
  | { readonly object: Readonly<Record<string, ExpressionType>> }
  | { readonly nullable: ExpressionType };

/** A type as people read it in a message, for example `list of text`. */
export function describeType(type: ExpressionType): string {
  if (typeof type === 'string') return type;
  if ('list' in type) return type.list === 'nothing' ? 'empty list' : `list of ${describeType(type.list)}`;
  if ('map' in type) return 'map';
  if ('object' in type) return 'record';
  return `${describeType(type.nullable)} or null`;
}

/** The type without its null. */
export function withoutNull(type: ExpressionType): ExpressionType {
  return typeof type === 'object' && 'nullable' in type ? type.nullable : type;
}

/** Whether a value of type `actual` may stand where `wanted` is asked for; what only the run can tell is allowed. */
export function fits(actual: ExpressionType, wanted: ExpressionType): boolean {
  const one = withoutNull(actual);
  const other = withoutNull(wanted);
  if (one === 'any' || other === 'any' || one === 'nothing' || other === 'nothing') return true;
  if (one === 'null' || other === 'null') return one === other || isNullable(actual) || isNullable(wanted);
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  if ('list' in one) return 'list' in other && fits(one.list, other.list);
  if ('list' in other) return false;
  // A record is a map whose keys are known.
  if ('object' in one && 'object' in other) return true;
  return valuesOf(one).every((value) => valuesOf(other).every((wish) => fits(value, wish)));
}

/** The narrowest type that holds both. */
export function join(one: ExpressionType, other: ExpressionType): ExpressionType {
  if (one === other || other === 'nothing') return one;
  if (one === 'nothing') return other;
  if (one === 'any' || other === 'any') return 'any';
  if (one === 'null' || other === 'null' || isNullable(one) || isNullable(other)) {
    const inner =
      one === 'null' ? other : other === 'null' ? one : join(withoutNull(one), withoutNull(other));
    return inner === 'any' ? 'any' : { nullable: withoutNull(inner) };
  }
  if (typeof one === 'string' || typeof other === 'string') return 'any';
  if ('list' in one) return 'list' in other ? { list: join(one.list, other.list) } : 'any';
  if ('list' in other) return 'any';
  return { map: [...valuesOf(one), ...valuesOf(other)].reduce(join, 'nothing') };
}

/** True for lists of anything. */
export function isList(type: ExpressionType): type is { readonly list: ExpressionType } {
  return typeof type === 'object' && 'list' in type;
}

function isNullable(type: ExpressionType): boolean {
  return typeof type === 'object' && 'nullable' in type;
}

function valuesOf(type: Exclude<ExpressionType, string>): readonly ExpressionType[] {
  if ('map' in type) return [type.map];
  return 'object' in type ? Object.values(type.object) : [];
}
