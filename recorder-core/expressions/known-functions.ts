import { environment } from './expression-environment.ts';
import { describeType } from './expression-type.ts';
import { typeOf } from './functions/cel-types.ts';

/** A function that expressions may use, in the words of the type checker. */
export interface KnownFunction {
  readonly name: string;
  /** The type it is called on, as in `text.trim()`; null for one that stands alone. */
  readonly on: string | null;
  readonly takes: readonly string[];
  readonly gives: string;
}

/** Those of the parser, which go through a list with a name for each element. */
const LOOPS: readonly KnownFunction[] = [
  { name: 'all', on: 'list of any', takes: ['name', 'boolean'], gives: 'boolean' },
  { name: 'exists', on: 'list of any', takes: ['name', 'boolean'], gives: 'boolean' },
  { name: 'exists_one', on: 'list of any', takes: ['name', 'boolean'], gives: 'boolean' },
  { name: 'filter', on: 'list of any', takes: ['name', 'boolean'], gives: 'list of any' },
  { name: 'map', on: 'list of any', takes: ['name', 'any'], gives: 'list of any' },
  { name: 'has', on: null, takes: ['field'], gives: 'boolean' },
];

/** Every function by name and type, operators left out; the same list that expressions are checked against. */
export function knownFunctions(): KnownFunction[] {
  const named = [...environment.funcs].filter(({ name }) => /^[a-z]\w*$/i.test(name));
  const found = named.map((one): KnownFunction => ({
    name: one.name,
    on: one.target === undefined ? null : describeType(typeOf(one.target)),
    takes: one.arguments.map((argument) => describeType(typeOf(argument))),
    gives: describeType(typeOf(one.result)),
  }));
  return [...LOOPS, ...found];
}
