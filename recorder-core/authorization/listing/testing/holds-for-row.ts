import type { AccessedRecording } from '../../asked.ts';
import { matches } from '../atoms.ts';
import type { Column, Formula, NumberTerm, TextTerm } from '../formula.ts';

/** What a formula says of one recording, as plainly as it can be written: what SQL is held against. */
export function holdsForRow(formula: Formula, row: AccessedRecording): boolean {
  if (typeof formula === 'boolean') return formula;
  switch (formula.op) {
    case 'not':
      return !holdsForRow(formula.of, row);
    case 'and':
      return formula.of.every((part) => holdsForRow(part, row));
    case 'or':
      return formula.of.some((part) => holdsForRow(part, row));
    case 'flag':
      return read(formula.column, row) === true;
    case 'present':
      return read(formula.column, row) !== null;
    case 'same-text': {
      const [left, right] = [textOf(formula.left, row), textOf(formula.right, row)];
      return left !== null && left === right;
    }
    case 'compare': {
      const [left, right] = [numberOf(formula.left, row), numberOf(formula.right, row)];
      return formula.by === '=' ? left === right : formula.by === '<' ? left < right : left <= right;
    }
    case 'like': {
      const text = textOf(formula.text, row);
      return text !== null && matches(text, formula.pattern);
    }
    case 'member':
      return listOf(formula.column, row).includes(textOf(formula.text, row) ?? '');
    case 'within': {
      const texts = formula.texts.map((text) => textOf(text, row));
      return listOf(formula.column, row).every((each) => texts.includes(each));
    }
  }
}

function read({ name }: Column, row: AccessedRecording): unknown {
  return name === 'startedAt' ? row.startedAtMs : row[name as keyof AccessedRecording];
}

function textOf(term: TextTerm, row: AccessedRecording): string | null {
  return typeof term === 'string' ? term : (read(term, row) as string | null);
}

function listOf(column: Column, row: AccessedRecording): readonly string[] {
  return read(column, row) as readonly string[];
}

function numberOf(term: NumberTerm, row: AccessedRecording): bigint {
  if (typeof term === 'bigint') return term;
  if ('holds' in term) return BigInt(read(term, row) as number);
  const left = numberOf(term.left, row);
  if (term.op === '/') {
    const rest = ((left % term.by) + term.by) % term.by;
    return term.towards === 'down' ? (left - rest) / term.by : left / term.by;
  }
  const right = numberOf(term.right, row);
  return term.op === '+' ? left + right : term.op === '-' ? left - right : left * right;
}
