import { TICK } from './functions/value-functions.ts';
import type { Expr } from './parse-expression.ts';

/** The same expression with each turn of each loop counted: `filter`, `map`, `all` and `exists` are loops within. */
export function countLoops(expr: Expr): Expr {
  const kind = expr.exprKind;
  switch (kind.case) {
    case 'selectExpr':
      return {
        ...expr,
        exprKind: { case: kind.case, value: { ...kind.value, ...operand(kind.value.operand) } },
      };
    case 'callExpr':
      return {
        ...expr,
        exprKind: {
          case: kind.case,
          value: {
            ...kind.value,
            args: kind.value.args.map(countLoops),
            ...(kind.value.target === undefined ? {} : { target: countLoops(kind.value.target) }),
          },
        },
      };
    case 'listExpr':
      return {
        ...expr,
        exprKind: {
          case: kind.case,
          value: { ...kind.value, elements: kind.value.elements.map(countLoops) },
        },
      };
    case 'structExpr':
      return {
        ...expr,
        exprKind: { case: kind.case, value: { ...kind.value, entries: kind.value.entries.map(entry) } },
      };
    case 'comprehensionExpr':
      return { ...expr, exprKind: { case: kind.case, value: loop(expr, kind.value) } };
    default:
      return expr;
  }
}

type Loop = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];
type Entry = Extract<Expr['exprKind'], { case: 'structExpr' }>['value']['entries'][number];

function operand(inner: Expr | undefined): { operand?: Expr } {
  return inner === undefined ? {} : { operand: countLoops(inner) };
}

function entry(from: Entry): Entry {
  const keyKind =
    from.keyKind.case === 'mapKey'
      ? { ...from.keyKind, value: countLoops(from.keyKind.value) }
      : from.keyKind;
  return { ...from, keyKind, ...(from.value === undefined ? {} : { value: countLoops(from.value) }) };
}

function loop(owner: Expr, from: Loop): Loop {
  const { iterRange, accuInit, loopCondition, loopStep, result } = from;
  if (!iterRange || !accuInit || !loopCondition || !loopStep || !result) return from;
  return {
    ...from,
    iterRange: countLoops(iterRange),
    accuInit: countLoops(accuInit),
    loopCondition: counted(owner, countLoops(loopCondition)),
    loopStep: countLoops(loopStep),
    result: countLoops(result),
  };
}

/** A condition is asked before each turn, whatever the turn does: `false` for every element costs nothing otherwise. */
function counted(owner: Expr, condition: Expr): Expr {
  return {
    ...owner,
    exprKind: {
      case: 'callExpr',
      value: { $typeName: 'cel.expr.Expr.Call', function: TICK, args: [condition] },
    },
  };
}
