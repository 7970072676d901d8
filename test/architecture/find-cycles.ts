/**
 * The circles of a directed graph: each strongly connected component that has
 * more than one member, or one that points at itself, as a sorted list. Pure;
 * linear in nodes and edges (R. Tarjan, "Depth-first search and linear graph
 * algorithms", 1972).
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const search = new Search(graph);
  for (const node of graph.keys()) search.visit(node);
  return search.circles;
}

class Search {
  readonly circles: string[][] = [];
  readonly #graph: ReadonlyMap<string, readonly string[]>;
  readonly #order = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(graph: ReadonlyMap<string, readonly string[]>) {
    this.#graph = graph;
  }

  /** Answers the earliest open node that is reached from this one. */
  visit(node: string): number {
    const known = this.#order.get(node);
    if (known !== undefined) return this.#isOpen.has(node) ? known : Infinity;
    const order = this.#order.size;
    this.#order.set(node, order);
    this.#open.push(node);
    this.#isOpen.add(node);
    const targets = this.#graph.get(node) ?? [];
    const low = Math.min(order, ...targets.map((target) => this.visit(target)));
    this.#low.set(node, low);
    if (low === order) this.#close(node, targets.includes(node));
    return this.#low.get(node) ?? order;
  }

  #close(root: string, pointsAtItself: boolean): void {
    const members: string[] = [];
    let member: string | undefined;
    do {
      member = this.#open.pop();
      if (member === undefined) break;
      this.#isOpen.delete(member);
      members.push(member);
    } while (member !== root);
    if (members.length > 1 || pointsAtItself) this.circles.push(members.sort());
  }
}
