import {
  listReached,
  advanceSpread,
  lockSpread,
  type HoldSpread,
} from '../../recorder-core/records/hold-spreads.ts';
import { announceChanges } from '../../recorder-core/records/announce-changes.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaves } from '../../recorder-core/records/ledger-log.ts';
import { countOutbox } from '../../recorder-core/records/outbox.ts';
import { touchRecordings } from '../../recorder-core/records/recordings.ts';
import type { HoldActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** Recordings told in one transaction, and how many rows are looked at for them. */
const PAGE = 500;
const WINDOW = 20_000;
/** So many messages may wait before this holds back: what people do meanwhile is not to queue behind it. */
const BACKLOG = 2_000;

/** See `HoldActivities.spreadHold`. */
export function spreadHold(deps: ActivityDependencies): HoldActivities['spreadHold'] {
  return ({ tenantId, spreadId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const spread = await lockSpread(tx, spreadId);
      if (spread === undefined || spread.doneAt !== null) return { outcome: 'done' };
      if ((await countOutbox(tx, BACKLOG)) >= BACKLOG) return { outcome: 'busy' };
      const { ids, last } = await listReached(tx, spread.holdId, {
        after: spread.after,
        window: WINDOW,
        limit: PAGE,
      });
      await tell(deps, tx, tenantId, spread, ids);
      await advanceSpread(tx, spreadId, { last, told: ids.length, at: deps.now().toISOString() });
      return { outcome: last === null ? 'done' : 'more' };
    });
}

/** A new revision, word to store and systems, and a leaf in the custody of each. */
async function tell(
  deps: ActivityDependencies,
  tx: Tx,
  tenantId: string,
  { holdId, matterId, act }: HoldSpread,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const now = deps.now();
  await touchRecordings(tx, ids);
  await announceChanges(tx, { tenantId, now, newId: deps.newId }, ids);
  await appendLeaves(
    tx,
    tenantId,
    ids.map((id) => ({
      leaf: {
        at: now,
        act: act === 'hold.released' ? act : 'hold.reached',
        object: { type: 'recording', id },
        outcome: 'done',
        facts: { holdId, matterId },
      },
    })),
  );
}
