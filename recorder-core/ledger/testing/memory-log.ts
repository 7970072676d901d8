/** A log in memory for tests: honest by itself, and open to whoever wants to play a malicious server with it. */
import type { Frontier, ReadNode } from '../merkle.ts';
import { append, leafHash, rootFrom } from '../merkle.ts';

/** Keeps entries, nodes and frontier the way a database would. */
export class MemoryLog {
  readonly entries: Buffer[] = [];
  readonly nodes = new Map<string, Buffer>();
  frontier: Frontier = [];

  constructor(entries: Iterable<Buffer> = []) {
    for (const entry of entries) this.append(entry);
  }

  get size(): number {
    return this.entries.length;
  }

  get root(): Buffer {
    return rootFrom(this.size, this.frontier);
  }

  /** Reads stored nodes only, and throws for any other, so that a proof cannot quietly ask for more. */
  readonly readNode: ReadNode = async (level, index) => {
    const hash = this.nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`node ${level}/${index} is not stored`);
    return hash;
  };

  append(entry: Buffer): number {
    const { index, newNodes, frontier } = append(this.size, this.frontier, leafHash(entry));
    for (const node of newNodes) this.nodes.set(`${node.level}/${node.index}`, node.hash);
    this.entries.push(entry);
    this.frontier = frontier;
    return index;
  }
}
