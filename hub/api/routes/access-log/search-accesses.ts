import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import type { Act as LeafAct } from '../../../../recorder-core/ledger/acts.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import type { StoredLeaf } from '../../../../recorder-core/records/stored-leaves.ts';
import { unseenBy } from '../../../access/allowed-recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import type { AccessLogEntry, AccessLogQuery } from '../../schemas/access-log.ts';
import { actorOf } from '../ledger/present-leaf.ts';
import { searchOf } from '../ledger/search-leaves.ts';

/** Entries that tell of an attempt to have something: allowed, refused, or failed because a key or a part did not hold. */
const ACCESSES = [
  'access.granted',
  'access.refused',
  'recording.played',
  'recording.inspected',
  'recording.exported',
  'export.requested',
  'export.linked',
  'export.opened',
  'export.fetched',
  'export.delivered',
  'payload.decoded',
  'list.exported',
  'report.read',
  'key.refused',
  'integrity.failed',
] as const satisfies readonly LeafAct[];

/** A page of the access log, youngest first: a view on the ledger, of which nothing else is kept. */
export function searchAccesses(
  tx: Tx,
  caller: Pick<Caller, 'groups'>,
  asked: Omit<AccessLogQuery, 'limit'>,
  limit: number,
): Promise<StoredLeaf[]> {
  const { person, outcome, policy, act, ...rest } = asked;
  return searchLeaves(tx, {
    ...searchOf({ ...rest, limit, ...(person !== undefined && { actor: person }) }),
    acts: ACCESSES,
    unseen: unseenBy(caller),
    ...(outcome !== undefined && { outcome }),
    ...(policy !== undefined && { rule: policy }),
    ...(act !== undefined && { asked: act }),
    limit,
  });
}

/** An attempt as the API shows it. */
export function presentAccess(stored: StoredLeaf): AccessLogEntry {
  const leaf = parseLeaf(stored.body);
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const { act, purpose, restrictedPurpose, means } = leaf.facts ?? {};
  return {
    index: stored.index,
    at: stored.at,
    entered: stored.act,
    act: text(act),
    outcome: leaf.outcome,
    object: stored.object,
    actor: actorOf(leaf, stored),
    policies: [...(leaf.rules ?? [])],
    purpose: text(purpose) ?? text(restrictedPurpose),
    means: text(means),
  };
}
