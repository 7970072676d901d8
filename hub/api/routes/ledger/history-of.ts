import { parseLeaf, type Leaf, type LeafObject } from '../../../../recorder-core/ledger/leaf.ts';
import { readConnection } from '../../../../recorder-core/records/connections.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import type { HistoryEvent } from '../../schemas/history.ts';
import { actorOf } from './present-leaf.ts';

/** More than a thing of the lifecycle has in its years; the ledger has all of it. */
const MOST_EVENTS = 500;
/** Who looked is the access log's; a history says what was done, and what was refused to whom. */
const LOOK = 'access.granted';

/** What happened to a thing, oldest first, with who did it and what they said; the newest 500. */
export async function historyOf(tx: Tx, { type, id }: LeafObject): Promise<HistoryEvent[]> {
  const found = await searchLeaves(tx, { objectType: type, objectId: id, limit: MOST_EVENTS });
  const connections = new Map<string, string>();
  const events: HistoryEvent[] = [];
  for (const stored of found.toReversed()) {
    if (stored.act === LOOK) continue;
    const leaf = parseLeaf(stored.body);
    events.push({
      at: stored.at,
      act: stored.act,
      outcome: leaf.outcome,
      actor: await actorNamed(tx, leaf, stored, connections),
      words: openedWords(stored),
    });
  }
  return events;
}

async function actorNamed(
  tx: Tx,
  leaf: Leaf,
  stored: StoredLeaf,
  connections: Map<string, string>,
): Promise<string | null> {
  const actor = actorOf(leaf, stored);
  if (actor.kind === 'person') return actor.name;
  if (actor.kind === 'erased') return '';
  const connectionId = leaf.facts?.['connectionId'];
  if (typeof connectionId !== 'string') return null;
  const name =
    connections.get(connectionId) ?? (await readConnection(tx, connectionId))?.name ?? connectionId;
  connections.set(connectionId, name);
  return name;
}

function openedWords({ openings }: StoredLeaf): string | null {
  return openings.find(({ name }) => name === 'reason' || name === 'remark')?.value ?? null;
}
