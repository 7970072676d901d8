import { LineageLink } from './lineage-link.tsx';
import { stageInWords, type LineageNode } from './lineage-nodes.ts';

const STAGES = [0, 1, 2, 3] as const;

/** The nodes by their column, in words. */
export function LineageList({ nodes }: { readonly nodes: readonly LineageNode[] }) {
  return (
    <div className="mt-2 grid gap-3" data-testid="lineage-list">
      {STAGES.map((stage) => {
        const own = nodes.filter((node) => node.stage === stage);
        return (
          own.length > 0 && (
            <section key={stage}>
              <h3 className="text-sm font-medium">{stageInWords(stage)}</h3>
              <ul className="mt-1 grid gap-1 text-sm">
                {own.map(({ id, title, detail, target }) => (
                  <li key={id} className="flex flex-wrap gap-x-2">
                    <LineageLink target={target} className="text-accent underline underline-offset-2">
                      {title}
                    </LineageLink>
                    <span className="text-quiet">{detail}</span>
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}
