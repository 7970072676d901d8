import { foldWords } from './fold-words.ts';

/** From and to of a piece of a text, in UTF-16 units. */
export type Mark = readonly [from: number, to: number];

/**
 * Where folded words stand in a text, in order and without overlap: as `foldWords` folds it, so that a word is marked however
 * it is written; a number also through the signs between its digits. Pure.
 */
export function markWords(text: string, words: readonly string[]): Mark[] {
  const folded = foldedUnits(text);
  const digits = folded.filter(({ unit }) => /[0-9]/.test(unit));
  const marks = words.flatMap((word) => {
    const found = occurrences(folded, word);
    const number = word.replaceAll(/[^0-9]/g, '').replace(/^00/, '');
    const isNumber = number.length >= 3 && /^[+(0-9][0-9()./-]*$/.test(word);
    return found.length > 0 || !isNumber ? found : occurrences(digits, number);
  });
  return joined(marks);
}

interface FoldedUnit {
  readonly unit: string;
  readonly from: number;
  readonly to: number;
}

/** The folded text unit by unit, each with the piece of the original that it comes from. */
function foldedUnits(text: string): FoldedUnit[] {
  const units: FoldedUnit[] = [];
  let from = 0;
  for (const letter of text) {
    const to = from + letter.length;
    const plain = /\s/u.test(letter) ? ' ' : foldWords(letter);
    const last = units.at(-1);
    // A mark over a letter belongs to the letter before it.
    if (plain === '' && last !== undefined) units[units.length - 1] = { ...last, to };
    for (const unit of plain) units.push({ unit, from, to });
    from = to;
  }
  return units;
}

function occurrences(units: readonly FoldedUnit[], word: string): Mark[] {
  const wanted = [...word];
  const marks: Mark[] = [];
  for (let at = 0; wanted.length > 0 && at + wanted.length <= units.length; at += 1) {
    if (!wanted.every((unit, offset) => units[at + offset]?.unit === unit)) continue;
    marks.push([units[at]?.from ?? 0, units[at + wanted.length - 1]?.to ?? 0]);
    at += wanted.length - 1;
  }
  return marks;
}

function joined(marks: readonly Mark[]): Mark[] {
  const result: Mark[] = [];
  for (const mark of marks.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last !== undefined && mark[0] <= last[1])
      result[result.length - 1] = [last[0], Math.max(last[1], mark[1])];
    else result.push(mark);
  }
  return result;
}
