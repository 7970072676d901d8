import type { Tx } from './database.ts';

/** What a node says of itself. `full` and `draining` refuse new calls; `down` has stopped in good order. */
export type NodeState = 'taking' | 'full' | 'draining' | 'down';

/** A heartbeat older than this is not believed: the node may be dead, cut off or stalled. */
export const HEARTBEAT_LIMIT_MS = 15_000;

/** A recorder as its last heartbeat described it. */
export interface RecorderNode {
  readonly node: string;
  readonly region: string;
  readonly version: string;
  readonly state: NodeState;
  readonly calls: number;
  readonly capacity: number;
  /** Without what it can take no call; left out or null while it can. */
  readonly lacks?: 'disk' | 'keys' | null;
  /** By which rules it decides; null for a node of an earlier release. */
  readonly packDigest?: string | null;
  readonly policyVersion?: number | null;
}

/** The same with the age of that heartbeat, by the database's clock. */
export interface SeenNode extends RecorderNode {
  readonly heartbeatAt: string;
  readonly heartbeatAgeMs: number;
}

/** Writes a node's heartbeat; the first one makes its row. */
export async function upsertNode(tx: Tx, tenantId: string, node: RecorderNode): Promise<void> {
  await tx.query(
    `insert into recorder_node (tenant_id, node, region, version, state, calls, capacity, pack_digest, policy_version, lacks)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (tenant_id, node) do update
       set region = excluded.region, version = excluded.version, state = excluded.state, calls = excluded.calls,
           capacity = excluded.capacity, pack_digest = excluded.pack_digest,
           policy_version = excluded.policy_version, lacks = excluded.lacks, heartbeat_at = now()`,
    [
      tenantId,
      node.node,
      node.region,
      node.version,
      node.state,
      node.calls,
      node.capacity,
      node.packDigest ?? null,
      node.policyVersion ?? null,
      node.lacks ?? null,
    ],
  );
}

const COLUMNS = `node, region, version, state, calls, capacity, pack_digest as "packDigest",
  policy_version as "policyVersion", heartbeat_at as "heartbeatAt",
  greatest(0, extract(epoch from clock_timestamp() - heartbeat_at) * 1000)::float8 as "heartbeatAgeMs"`;

type NodeRow = Omit<SeenNode, 'heartbeatAt'> & { readonly heartbeatAt: Date };

/** All nodes that ever beat, by name. */
export async function listNodes(tx: Tx): Promise<SeenNode[]> {
  const { rows } = await tx.query<NodeRow>(`select ${COLUMNS} from recorder_node order by node`);
  return rows.map(fromRow);
}

/** One node, or undefined. */
export async function readNode(tx: Tx, node: string): Promise<SeenNode | undefined> {
  const { rows } = await tx.query<NodeRow>(`select ${COLUMNS} from recorder_node where node = $1`, [node]);
  return rows[0] && fromRow(rows[0]);
}

/** Whether a node can be asked to do something now. Pure. */
export function isHeard({ state, heartbeatAgeMs }: Pick<SeenNode, 'state' | 'heartbeatAgeMs'>): boolean {
  return state !== 'down' && heartbeatAgeMs <= HEARTBEAT_LIMIT_MS;
}

/** Root keys under which a node has keys in memory or in its spool; null before its first report. */
export interface NodeRoots {
  readonly node: string;
  readonly roots: readonly string[] | null;
  readonly rootsAt: string | null;
}

/** Writes a node's report; nothing happens before its first heartbeat. */
export async function reportRoots(tx: Tx, node: string, roots: readonly string[]): Promise<void> {
  await tx.query('update recorder_node set roots = $2, roots_at = now() where node = $1', [node, roots]);
}

/** What every node that ever beat has reported. */
export async function listNodeRoots(tx: Tx): Promise<NodeRoots[]> {
  const { rows } = await tx.query<Omit<NodeRoots, 'rootsAt'> & { rootsAt: Date | null }>(
    'select node, roots, roots_at as "rootsAt" from recorder_node order by node',
  );
  return rows.map((row) => ({ ...row, rootsAt: row.rootsAt?.toISOString() ?? null }));
}

function fromRow(row: NodeRow): SeenNode {
  return {
    ...row,
    heartbeatAt: row.heartbeatAt.toISOString(),
    heartbeatAgeMs: Math.round(row.heartbeatAgeMs),
  };
}
