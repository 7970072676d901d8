import { ExpressionFault } from './expression-fault.ts';
import { environment } from './expression-environment.ts';
import { describeType, fits, isList, join, withoutNull, type ExpressionType } from './expression-type.ts';
import { typeOf } from './functions/cel-types.ts';
import { nearest } from './nearest.ts';
import type { Expr, ParsedExpression } from './parse-expression.ts';

/** The names that an expression may use, with their types. */
export type Variables = Readonly<Record<string, ExpressionType>>;
type Case<K> = Extract<Expr['exprKind'], { case: K }>['value'];

/**
 * The type of what an expression gives, by the types of its variables. Throws ExpressionFault at the part that no
 * value can make right: an unknown name, field or function, an operation on types that it does not take.
 */
export function checkTypes(
  text: string,
  { expr, at }: ParsedExpression,
  variables: Variables,
): ExpressionType {
  return new TypeCheck(text, at).typeOf(expr, new Map(Object.entries(variables)));
}

type Scope = ReadonlyMap<string, ExpressionType>;
const TYPE_NAMES = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type'];

class TypeCheck {
  readonly #text: string;
  readonly #at: ParsedExpression['at'];

  constructor(text: string, at: ParsedExpression['at']) {
    this.#text = text;
    this.#at = at;
  }

  typeOf(expr: Expr, scope: Scope): ExpressionType {
    const kind = expr.exprKind;
    switch (kind.case) {
      case 'constExpr':
        return constantType(kind.value.constantKind.case);
      case 'identExpr':
        return this.#name(expr, kind.value.name, scope);
      case 'selectExpr':
        return this.#select(expr, kind.value, scope);
      case 'callExpr':
        return this.#call(expr, kind.value, scope);
      case 'listExpr':
        return { list: kind.value.elements.map((item) => this.typeOf(item, scope)).reduce(join, 'nothing') };
      case 'structExpr':
        return this.#map(expr, kind.value, scope);
      case 'comprehensionExpr':
        return this.#loop(expr, kind.value, scope);
      default:
        return this.#refuse(expr, 'This part cannot be used.');
    }
  }

  #name(expr: Expr, written: string, scope: Scope): ExpressionType {
    const name = written.replace(/^\./, '');
    const type = scope.get(name);
    if (type !== undefined) return type;
    if (TYPE_NAMES.includes(name)) return 'type';
    const names = [...scope.keys()].filter((key) => !key.startsWith('@'));
    return this.#refuse(expr, `There is no "${name}". ${suggest(name, names)}`);
  }

  #select(expr: Expr, { operand, field, testOnly }: Case<'selectExpr'>, scope: Scope): ExpressionType {
    if (operand === undefined) return this.#refuse(expr, 'This part cannot be used.');
    const found = this.#field(expr, this.typeOf(operand, scope), field);
    return testOnly ? 'boolean' : found;
  }

  #field(expr: Expr, owner: ExpressionType, field: string): ExpressionType {
    const type = withoutNull(owner);
    if (type === 'any' || type === 'nothing') return 'any';
    if (typeof type === 'object' && 'map' in type) return type.map;
    if (typeof type === 'object' && 'object' in type) {
      const found = Object.hasOwn(type.object, field) ? type.object[field] : undefined;
      return (
        found ??
        this.#refuse(expr, `There is no field "${field}". ${suggest(field, Object.keys(type.object))}`)
      );
    }
    const hint = isList(type) ? ' Take one element first, for example with [0], .first() or .filter(…).' : '';
    return this.#refuse(
      expr,
      `"${field}" is asked of a value of type ${describeType(owner)}, which has no fields.${hint}`,
    );
  }

  #call(expr: Expr, call: Case<'callExpr'>, scope: Scope): ExpressionType {
    const target = call.target === undefined ? undefined : this.typeOf(call.target, scope);
    const types = call.args.map((argument) => this.typeOf(argument, scope));
    const [first = 'any', second = 'any', third = 'any'] = types;
    switch (call.function) {
      case '_?_:_':
        this.#wantCondition(call.args[0] ?? expr, first);
        return join(second, third);
      case '_&&_':
      case '_||_':
        types.forEach((type, index) => this.#wantCondition(call.args[index] ?? expr, type));
        return 'boolean';
      case '@not_strictly_false':
        return 'boolean';
      case '_[_]':
        return this.#index(expr, first, second, call.args[1]);
      case '_==_':
      case '_!=_':
        return this.#comparison(expr, first, second);
      case 'orElse':
        return this.#orElse(expr, target === undefined ? types : [target, ...types]);
      case 'first':
      case 'last':
        if (target !== undefined && types.length === 0) return this.#element(expr, call.function, target);
    }
    if (call.function === '_+_' && isList(first) && isList(second))
      return { list: join(first.list, second.list) };
    return this.#overload(expr, call.function, target, types);
  }

  /** The results of all signatures that may be meant; what only the run can tell is `any`. */
  #overload(
    expr: Expr,
    name: string,
    target: ExpressionType | undefined,
    types: readonly ExpressionType[],
  ): ExpressionType {
    const group = [...(environment.funcs.find(name) ?? [])];
    if (group.length === 0) {
      const names = [...environment.funcs]
        .map((func) => func.name)
        .filter((known) => /^[a-z]\w*$/i.test(known));
      return this.#refuse(expr, `There is no function "${name}". ${suggest(name, [...new Set(names)])}`);
    }
    const results = group
      .filter((func) => (func.target === undefined) === (target === undefined))
      .filter((func) => func.target === undefined || fits(target ?? 'any', typeOf(func.target)))
      .filter((func) => func.arguments.length === types.length)
      .filter((func) =>
        func.arguments.every((argument, index) => fits(types[index] ?? 'any', typeOf(argument))),
      )
      .map((func) => typeOf(func.result));
    const [result, ...others] = results;
    if (result !== undefined) return others.reduce(join, result);
    return this.#refuse(expr, refusal(name, target, types));
  }

  #index(expr: Expr, owner: ExpressionType, index: ExpressionType, key: Expr | undefined): ExpressionType {
    const type = withoutNull(owner);
    if (type === 'any' || type === 'nothing') return 'any';
    if (isList(type)) {
      if (fits(index, 'integer') || fits(index, 'number')) return type.list === 'nothing' ? 'any' : type.list;
      return this.#refuse(expr, 'A list is asked by a number, for example [0].');
    }
    const constant = key?.exprKind.case === 'constExpr' ? key.exprKind.value.constantKind : undefined;
    if (constant?.case === 'stringValue') return this.#field(expr, owner, constant.value);
    if (typeof type === 'object' && 'object' in type)
      return Object.values(type.object).reduce(join, 'nothing');
    return this.#field(expr, owner, '[…]');
  }

  #comparison(expr: Expr, one: ExpressionType, other: ExpressionType): ExpressionType {
    const kinds = [one, other].map((type) => kindOf(withoutNull(type)));
    // A value that cannot be null may be compared with null: `!= null` is how people make sure.
    if (one === 'null' || other === 'null' || fits(one, other) || kinds[0] === kinds[1]) return 'boolean';
    return this.#refuse(
      expr,
      `${describeType(one)} and ${describeType(other)} are never equal. Compare values of one type.`,
    );
  }

  #orElse(expr: Expr, [value, other]: readonly ExpressionType[]): ExpressionType {
    if (value === undefined || other === undefined)
      return this.#refuse(expr, 'orElse takes a value and what stands for it when it is null.');
    return value === 'null' ? other : join(withoutNull(value), other);
  }

  #element(expr: Expr, name: string, owner: ExpressionType): ExpressionType {
    const type = withoutNull(owner);
    if (type === 'any') return 'any';
    if (isList(type)) return join(type.list, 'null');
    return this.#refuse(expr, `${name}() is asked of ${describeType(owner)}; only lists have it.`);
  }

  #map(expr: Expr, { messageName, entries }: Case<'structExpr'>, scope: Scope): ExpressionType {
    if (messageName !== '')
      return this.#refuse(expr, `"${messageName}" cannot be made here. Write a map: {"key": value}.`);
    const values = entries.map(({ keyKind, value }) => {
      if (keyKind.case === 'mapKey') this.typeOf(keyKind.value, scope);
      return value === undefined ? 'any' : this.typeOf(value, scope);
    });
    return { map: values.reduce(join, 'nothing') };
  }

  #loop(expr: Expr, loop: Case<'comprehensionExpr'>, scope: Scope): ExpressionType {
    const { iterRange, accuInit, loopCondition, loopStep, result } = loop;
    if (!iterRange || !accuInit || !loopCondition || !loopStep || !result)
      return this.#refuse(expr, 'This part cannot be used.');
    const range = withoutNull(this.typeOf(iterRange, scope));
    const isMap = typeof range === 'object' && ('map' in range || 'object' in range);
    if (!isList(range) && !isMap && range !== 'any')
      this.#refuse(
        iterRange,
        `A ${describeType(range)} has no elements; filter, map, all and exists are of lists and maps.`,
      );
    const element = isList(range)
      ? range.list
      : typeof range === 'object' && 'object' in range
        ? 'text'
        : 'any';
    const start = this.typeOf(accuInit, scope);
    const inner = new Map(scope).set(loop.iterVar, element).set(loop.accuVar, start);
    this.typeOf(loopCondition, inner);
    const accumulated = join(start, this.typeOf(loopStep, inner));
    return this.typeOf(result, new Map(scope).set(loop.accuVar, accumulated));
  }

  #wantCondition(expr: Expr, type: ExpressionType): void {
    if (!fits(type, 'boolean'))
      this.#refuse(
        expr,
        `A condition is needed here, and this is ${describeType(type)}. Compare it, for example with ==.`,
      );
  }

  #refuse(expr: Expr, message: string): never {
    throw new ExpressionFault(this.#text, message, this.#at(expr));
  }
}

/** Numbers of all types can be equal, and so can lists and maps of them. */
function kindOf(type: ExpressionType): string {
  if (typeof type === 'object') return isList(type) ? 'list' : 'map';
  return ['integer', 'number', 'unsigned'].includes(type) ? 'number' : type;
}

function constantType(kind: string | undefined): ExpressionType {
  const types: Readonly<Record<string, ExpressionType>> = {
    boolValue: 'boolean',
    bytesValue: 'bytes',
    doubleValue: 'number',
    int64Value: 'integer',
    uint64Value: 'unsigned',
    stringValue: 'text',
    nullValue: 'null',
  };
  return types[kind ?? ''] ?? 'any';
}

function refusal(name: string, target: ExpressionType | undefined, types: readonly ExpressionType[]): string {
  const operator = /^_?([^\w@]+)_$/.exec(name)?.[1] ?? (name === '_in_' ? 'in' : undefined);
  const given = types.map(describeType);
  if (operator === undefined) {
    const of = target === undefined ? '' : ` of a value of type ${describeType(target)}`;
    return `${name}(${given.join(', ')})${of} does not exist: the types or their number are wrong.`;
  }
  const mixed = types.some((type) => withoutNull(type) === 'text') && operator === '+';
  const numbers = types.includes('integer') && types.includes('number');
  const hint = mixed
    ? ' Make texts of them with string(…).'
    : numbers
      ? ' Make one type of them with double(…) or int(…).'
      : '';
  return `"${operator}" does not take ${given.join(' and ')}.${hint}`;
}

function suggest(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return known.length === 0 ? '' : `There are: ${known.slice(0, 40).sort().join(', ')}.`;
}
