import { useMemo } from 'react';
import { Handle, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { cn } from '../../components/cn.ts';
import type { Tone } from '../../components/ui/badge.tsx';
import { LineageLink } from './lineage-link.tsx';
import type { LineageNode } from './lineage-nodes.ts';

const [COLUMN_PX, ROW_PX] = [270, 84];
const NODE_PX = { width: 210, height: 64 };

type CardNode = Node<{ readonly shown: LineageNode }, 'card'>;

const EDGES: Readonly<Record<Tone, string>> = {
  neutral: 'border-l-line-strong',
  good: 'border-l-good',
  warn: 'border-l-warn',
  bad: 'border-l-bad',
  info: 'border-l-info',
  accent: 'border-l-accent',
};

/** Columns from left to right; nothing in it is moved, it is only read. The list beside says the same in words. */
export default function LineageGraph({ nodes }: { readonly nodes: readonly LineageNode[] }) {
  const { flow, edges, height } = useMemo(() => laidOut(nodes), [nodes]);
  return (
    <div style={{ height }} data-testid="lineage-graph" className="rounded-md border border-line bg-ground">
      <ReactFlow
        nodes={flow}
        edges={edges}
        nodeTypes={NODE_TYPES}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        panOnDrag={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
      />
    </div>
  );
}

function CardOf({ data: { shown } }: NodeProps<CardNode>) {
  const { title, detail, tone, target } = shown;
  return (
    <>
      <Handle type="target" position={Position.Left} className="invisible" />
      <LineageLink
        silent
        target={target}
        className={cn(
          'pointer-events-auto flex h-16 w-52.5 flex-col justify-center rounded-md border border-l-4 border-line bg-surface px-3 text-left hover:bg-sunken',
          EDGES[tone],
        )}
      >
        <span className="truncate text-sm font-medium text-ink">{title}</span>
        <span className="truncate text-xs text-quiet">{detail}</span>
      </LineageLink>
      <Handle type="source" position={Position.Right} className="invisible" />
    </>
  );
}

const NODE_TYPES = { card: CardOf };

function laidOut(nodes: readonly LineageNode[]): {
  readonly flow: CardNode[];
  readonly edges: Edge[];
  readonly height: number;
} {
  const columns = [...new Set(nodes.map(({ stage }) => stage))].sort();
  const rows = Math.max(...columns.map((stage) => nodes.filter((node) => node.stage === stage).length));
  const flow = columns.flatMap((stage, column) => {
    const own = nodes.filter((node) => node.stage === stage);
    const top = ((rows - own.length) * ROW_PX) / 2;
    return own.map((shown, row): CardNode => ({
      id: shown.id,
      type: 'card',
      position: { x: column * COLUMN_PX, y: top + row * ROW_PX },
      data: { shown },
      ...NODE_PX,
    }));
  });
  const edges = nodes.flatMap(({ id, from }) =>
    from.map((source): Edge => ({ id: `${source} ${id}`, source, target: id, focusable: false })),
  );
  return { flow, edges, height: Math.min(560, Math.max(180, rows * ROW_PX + 40)) };
}
