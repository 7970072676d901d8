import { isCelError, plan } from '@bufbuild/cel';
import { checkTypes, type Variables } from './check-types.ts';
import { fromCel, toCel, type PlainValue } from './cel-values.ts';
import { countLoops } from './count-loops.ts';
import { budget, environment } from './expression-environment.ts';
import { ExpressionFault, runFault, type RunFault } from './expression-fault.ts';
import { describeType, fits, type ExpressionType } from './expression-type.ts';
import { parseExpression } from './parse-expression.ts';
import { pathOf, readPath } from './plain-path.ts';

/** What a run gave: a value, or why there is none. */
export type Evaluated =
  { readonly ok: true; readonly value: PlainValue } | { readonly ok: false; readonly fault: RunFault };

/** An expression that can be run any number of times. */
export interface Expression {
  /** As far as the text and its variables tell. */
  readonly type: ExpressionType;
  /**
   * Runs on values of the declared variables. Pure and the same on every machine: no clock, locale, time zone or chance;
   * it never throws, changes nothing, and ends after a fixed amount of work.
   */
  evaluate(values: Readonly<Record<string, unknown>>): Evaluated;
  /** The same over values that `bind` made, for many expressions over one record. */
  evaluateBound(bound: BoundValues): Evaluated;
}

/** Values of variables, opened once for several expressions. */
export interface BoundValues {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly bound: Readonly<Record<string, never>>;
}

/**
 * Compiles a text of the Common Expression Language (CEL). Throws ExpressionFault (`invalid_input`), which names the
 * place and what to write instead, for a text that cannot be read, that no value of the variables can make right, or
 * whose result cannot be of the type that is wanted.
 */
export function compileExpression(
  text: string,
  { variables, result }: { readonly variables: Variables; readonly result?: ExpressionType },
): Expression {
  const parsed = parseExpression(text);
  let type: ExpressionType;
  let run: (values: Readonly<Record<string, never>>) => ReturnType<ReturnType<typeof plan>>;
  try {
    type = checkTypes(text, parsed, variables);
    run = plan(environment, countLoops(parsed.expr));
  } catch (error) {
    if (error instanceof ExpressionFault) throw error;
    throw new ExpressionFault(text, 'The expression is too deep or uses a part that is not supported.');
  }
  if (result !== undefined && !fits(type, result))
    throw new ExpressionFault(
      text,
      `The expression gives ${describeType(type)}; ${describeType(result)} is needed here.`,
    );
  const path = pathOf(parsed.expr, type);
  const evaluateBound = ({ bound, plain }: BoundValues): Evaluated => {
    const read = path === undefined ? undefined : readPath(path, type, plain);
    if (read !== undefined) return { ok: true, value: read };
    budget.begin();
    try {
      const value = withoutStacks(() => run(bound));
      if (budget.spent) return { ok: false, fault: runFault('limit: work') };
      if (isCelError(value)) return { ok: false, fault: runFault(value.message) };
      return { ok: true, value: fromCel(value) };
    } catch (error) {
      return { ok: false, fault: runFault(error instanceof Error ? error.message : '') };
    }
  };
  return {
    type,
    evaluateBound,
    evaluate: (values) => {
      try {
        return evaluateBound(bind(variables, values));
      } catch (error) {
        return { ok: false, fault: runFault(error instanceof Error ? error.message : '') };
      }
    },
  };
}

/** A field that is absent is an error to the evaluator, made by the thousand; of none does anybody read the stack. */
function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Opens values for several runs; a name that has no value is null. @throws Error for a value that is none of its type. */
export function bind(variables: Variables, values: Readonly<Record<string, unknown>>): BoundValues {
  const bound = Object.create(null) as Record<string, never>;
  for (const [name, type] of Object.entries(variables))
    bound[name] = toCel(Object.hasOwn(values, name) ? values[name] : null, type) as never;
  return { plain: values, bound };
}
