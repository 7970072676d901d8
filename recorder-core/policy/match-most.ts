/** Two things that may be one, and how far they are apart. */
export interface Candidate {
  readonly left: string;
  readonly right: string;
  readonly cost: number;
}

/**
 * Pairs as many as can be paired, each at most once; among the partners of one, nearer ones are tried first. Pure; the
 * same candidates in another order give the same pairs.
 */
export function matchMost(candidates: readonly Candidate[]): Map<string, string> {
  const sorted = [...candidates].sort(
    (a, b) => a.cost - b.cost || (a.left < b.left ? -1 : a.left > b.left ? 1 : a.right < b.right ? -1 : 1),
  );
  const partners = new Map<string, string[]>();
  for (const { left, right } of sorted) partners.set(left, [...(partners.get(left) ?? []), right]);
  const pairs: Pairs = { leftOf: new Map(), rightOf: new Map() };
  for (const start of partners.keys()) extend(start, partners, pairs);
  return pairs.rightOf;
}

/** The same pairs from both sides. */
interface Pairs {
  readonly leftOf: Map<string, string>;
  readonly rightOf: Map<string, string>;
}

/** Finds a way to give one more its partner by moving others to another of theirs (Kuhn); breadth first, so no stack grows. */
function extend(start: string, partners: ReadonlyMap<string, readonly string[]>, pairs: Pairs): void {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = 0; at < queue.length; at += 1) {
    const left = queue[at] ?? '';
    for (const right of partners.get(left) ?? []) {
      if (cameFrom.has(right)) continue;
      cameFrom.set(right, left);
      const owner = pairs.leftOf.get(right);
      if (owner !== undefined) {
        queue.push(owner);
        continue;
      }
      turnAround(right, start, cameFrom, pairs);
      return;
    }
  }
}

/** From the free partner back to where the way began, each takes the one that it was looking at. */
function turnAround(
  free: string,
  start: string,
  cameFrom: ReadonlyMap<string, string>,
  { leftOf, rightOf }: Pairs,
): void {
  let right: string | undefined = free;
  while (right !== undefined) {
    const left: string = cameFrom.get(right) ?? start;
    const given: string | undefined = left === start ? undefined : rightOf.get(left);
    leftOf.set(right, left);
    rightOf.set(left, right);
    right = given;
  }
}
