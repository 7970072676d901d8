import type { AttributePath } from '../schemas/find-attribute.ts';
import type { Filter } from './filter.ts';

/** A filter as text; `parseFilter` reads the same filter from it. */
export function printFilter(filter: Filter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.parts.map((part) => inParentheses(part)).join(` ${filter.op} `);
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'has':
      return `${printPath(filter.path)}[${printFilter(filter.filter)}]`;
    case 'pr':
      return `${printPath(filter.path)} pr`;
    default:
      return `${printPath(filter.path)} ${filter.op} ${JSON.stringify(filter.value)}`;
  }
}

/** A path as text. */
export function printPath({ urn, name, sub }: AttributePath): string {
  return `${urn === null ? '' : `${urn}:`}${name}${sub === null ? '' : `.${sub}`}`;
}

function inParentheses(filter: Filter): string {
  const text = printFilter(filter);
  return filter.op === 'and' || filter.op === 'or' ? `(${text})` : text;
}
