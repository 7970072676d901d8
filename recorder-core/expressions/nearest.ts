/** The known name that a mistyped one was probably meant to be: at most two letters apart, or the same in other letters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const folded = fold(name);
  const found = known
    .map((candidate) => ({ candidate, apart: distance(folded, fold(candidate)) }))
    .filter(({ candidate, apart }) => apart <= Math.min(2, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.apart - other.apart);
  return found[0]?.candidate;
}

function fold(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll('_', '');
}

/** Levenshtein's distance, row by row. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
