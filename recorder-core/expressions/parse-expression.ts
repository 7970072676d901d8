import { parse } from '@bufbuild/cel';
import { ExpressionFault } from './expression-fault.ts';

/** A node of a parsed expression, as the parser makes it. */
export type Expr = NonNullable<ReturnType<typeof parse>['expr']>;

/** The longest text of an expression, in UTF-16 units. */
const MAX_LENGTH = 4096;
/** How deep brackets may stand in each other. */
const MAX_DEPTH = 32;
/** How many operations and values an expression may consist of. */
const MAX_NODES = 2048;

/** A parsed text: the tree, and where each node stands in the text. */
export interface ParsedExpression {
  readonly expr: Expr;
  at(expr: Expr): number | undefined;
}

/** Parses within limits; throws ExpressionFault with the place and what to write instead, and nothing else. */
export function parseExpression(text: string): ParsedExpression {
  if (text.trim() === '') throw new ExpressionFault(text, 'The expression is empty. Write a value, or null.');
  if (text.length > MAX_LENGTH)
    throw new ExpressionFault(
      text,
      `The expression has ${text.length} characters; ${MAX_LENGTH} are allowed.`,
    );
  if (!text.isWellFormed()) throw new ExpressionFault(text, 'The expression is no well-formed text.');
  refuseDepth(text);
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(text);
  } catch (error) {
    throw syntaxFault(text, error);
  }
  if (parsed.expr === undefined) throw new ExpressionFault(text, 'The expression is empty.');
  const positions = parsed.sourceInfo?.positions ?? {};
  if (Object.keys(positions).length > MAX_NODES)
    throw new ExpressionFault(text, 'The expression has too many parts. Divide it among several fields.');
  return { expr: parsed.expr, at: (expr) => positions[String(expr.id)] };
}

/** Brackets outside of quoted texts: the parser calls itself for each of them. */
function refuseDepth(text: string): void {
  let depth = 0;
  const tokens = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/.*|[([{?]|[)\]}]/g;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (/^[([{?]$/.test(token)) depth++;
    else if (/^[)\]}]$/.test(token)) depth--;
    if (depth > MAX_DEPTH)
      throw new ExpressionFault(
        text,
        `Brackets and choices may stand ${MAX_DEPTH} deep in each other.`,
        index,
      );
  }
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^\./, ' Optional fields are written with has(record.field) or orElse(record.field, "other").'],
  [/^=/, ' Two values are compared with ==.'],
  [/^[&|]/, ' Conditions are joined with && and ||.'],
  [/^["']/, ' A text ends with the quotation mark that it began with.'],
];

function syntaxFault(text: string, error: unknown): ExpressionFault {
  const offset = startOf(error);
  if (offset === undefined) return new ExpressionFault(text, 'The expression cannot be read.');
  if (offset >= text.length) return new ExpressionFault(text, 'The expression ends too early.', offset);
  const rest = text.slice(offset);
  const hint = HINTS.find(([pattern]) => pattern.test(rest))?.[1] ?? '';
  return new ExpressionFault(
    text,
    `"${[...rest].slice(0, 12).join('')}" is not expected here.${hint}`,
    offset,
  );
}

function startOf(error: unknown): number | undefined {
  const location: unknown =
    typeof error === 'object' && error !== null && 'location' in error ? error.location : null;
  const start: unknown =
    typeof location === 'object' && location !== null && 'start' in location ? location.start : null;
  const offset: unknown =
    typeof start === 'object' && start !== null && 'offset' in start ? start.offset : null;
  return typeof offset === 'number' ? offset : undefined;
}
