/** Two values of two factors that must meet in some case, as a text that is unique among them. */
export type Pair = string;

/**
 * Chooses cases so that every pair which occurs in any of them occurs in a chosen one: always the case with most pairs that
 * are still missing, the first of equals. Far fewer than all, the same each time. Pure.
 */
export function allPairs<T>(cases: readonly T[], pairsOf: (item: T) => readonly Pair[]): T[] {
  const rest = new Map(cases.map((item) => [item, pairsOf(item)]));
  const missing = new Set([...rest.values()].flat());
  const chosen: T[] = [];
  while (missing.size > 0) {
    let best: T | undefined;
    let most = 0;
    for (const [item, pairs] of rest) {
      const count = pairs.filter((pair) => missing.has(pair)).length;
      if (count === 0)
        rest.delete(item); // what is covered stays covered
      else if (count > most) [best, most] = [item, count];
    }
    if (best === undefined) break;
    chosen.push(best);
    for (const pair of rest.get(best) ?? []) missing.delete(pair);
  }
  return chosen;
}
