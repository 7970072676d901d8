import { isAlias, isMap, isScalar, visit, type Document, type Node, type YAMLError } from 'yaml';

/** What the parser lets pass, or looks at by the square of how much there is. */
export interface LookedThrough {
  /** Keys that stand twice in a map, and aliases of nothing. */
  readonly wrong: readonly Pick<YAMLError, 'pos' | 'code'>[];
  readonly aliases: number;
}

/** Looks at each node of a document once. Pure. */
export function lookThrough(document: Document): LookedThrough {
  const wrong: Pick<YAMLError, 'pos' | 'code'>[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  const refuse = ({ range }: Node, code: YAMLError['code']): void => {
    const [from, to] = range ?? [0, 0];
    wrong.push({ pos: [from, to], code });
  };
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        aliases += 1;
        if (!anchors.has(node.source)) refuse(node, 'BAD_ALIAS');
        return;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
      if (!isMap(node)) return;
      const keys = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) refuse(key, 'DUPLICATE_KEY');
        keys.add(key.value);
      }
    },
  });
  return { wrong, aliases };
}
