import { withoutNull, type ExpressionType } from './expression-type.ts';
import type { Expr } from './parse-expression.ts';

type Plain = string | number | boolean;

/** Values that need no evaluator, by their type: they go out as they came in. */
const DIRECT: Readonly<Partial<Record<string, (value: unknown) => value is Plain>>> = {
  text: (value) => typeof value === 'string',
  integer: (value): value is number => Number.isSafeInteger(value),
  number: (value): value is number => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  // Only the one way of writing that results have; others are read and written anew.
  instant: (value): value is string =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value),
};

/**
 * The names along an expression that only reads one field, `record.callId` for example; undefined for any other.
 * Most rows of a mapping are such, and need no evaluator.
 */
export function pathOf(expr: Expr, type: ExpressionType): readonly string[] | undefined {
  return directly(type) === undefined ? undefined : namesOf(expr);
}

function directly(type: ExpressionType) {
  const inner = withoutNull(type);
  return typeof inner === 'string' ? DIRECT[inner] : undefined;
}

function namesOf({ exprKind }: Expr): readonly string[] | undefined {
  if (exprKind.case === 'identExpr') return [exprKind.value.name];
  if (exprKind.case !== 'selectExpr' || exprKind.value.testOnly || exprKind.value.operand === undefined)
    return undefined;
  const before = namesOf(exprKind.value.operand);
  return before === undefined ? undefined : [...before, exprKind.value.field];
}

/** The value at the end of a path when it is what its type says; undefined leaves everything else to the evaluator. */
export function readPath(
  path: readonly string[],
  type: ExpressionType,
  values: Readonly<Record<string, unknown>>,
): Plain | null | undefined {
  let value: unknown = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  if (value === null) return null;
  return directly(type)?.(value) === true ? value : undefined;
}
