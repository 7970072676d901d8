import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findCycles } from './find-cycles.ts';

const graphOf = (edges: Record<string, string[]>): Map<string, string[]> => new Map(Object.entries(edges));

describe('findCycles', () => {
  test('finds circles of two, of three, and of one file with itself', () => {
    const graph = graphOf({ a: ['b'], b: ['a', 'c'], c: ['d'], d: ['e'], e: ['c'], f: ['f'], g: ['a'] });
    expect(findCycles(graph)).toEqual([['c', 'd', 'e'], ['a', 'b'], ['f']]);
  });

  test('finds none where every edge points down', () => {
    const edges = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 120 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const graph = new Map<string, string[]>();
        for (const [a, b] of pairs) {
          if (a === b) continue;
          const [high, low] = [String(Math.max(a, b)), String(Math.min(a, b))];
          graph.set(high, [...(graph.get(high) ?? []), low]);
        }
        return findCycles(graph).length === 0;
      }),
      { numRuns: 200 },
    );
  });

  test('finds exactly the nodes that lead back to themselves', () => {
    const edges = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 16 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const graph = new Map<string, string[]>();
        for (const [a, b] of pairs) graph.set(String(a), [...(graph.get(String(a)) ?? []), String(b)]);
        const inCircles = findCycles(graph).flat().sort();
        const leadBack = [...graph.keys()].filter((node) => reachable(graph, node).has(node)).sort();
        expect(inCircles).toEqual(leadBack);
      }),
      { numRuns: 200 },
    );
  });
});

/** Everything that is reached by at least one edge; the obvious way, for comparison. */
function reachable(graph: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const seen = new Set<string>();
  const queue = [...(graph.get(from) ?? [])];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    queue.push(...(graph.get(node) ?? []));
  }
  return seen;
}
