import type { z } from 'zod';
import { HOLD_QUERY_LISTS, type HoldQuery } from '../../../../recorder-core/policy/hold-query.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import type { Hold } from '../../../../recorder-core/records/holds.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import type { hold, HoldQueryShape } from '../../schemas/hold.ts';

/** Holds as the API shows them to somebody, in their order: what they may not see is counted, not named. */
export async function presentHolds(
  tx: Tx,
  caller: Caller,
  now: Date,
  found: readonly Hold[],
): Promise<z.input<typeof hold>[]> {
  const ids = found.flatMap(({ recordingIds }) => [...recordingIds]);
  const nameSeen = await seenRecordings(tx, caller, now, ids);
  return found.map((one) => ({
    ...one,
    ...nameSeen(one.recordingIds),
    query: one.query === null ? null : presentQuery(one.query),
  }));
}

/** A query as the API shows it. */
export function presentQuery({ from, to, ...query }: HoldQuery): HoldQueryShape {
  const lists = HOLD_QUERY_LISTS.map((name) => [name, query[name] === null ? null : [...query[name]]]);
  return { from, to, ...(Object.fromEntries(lists) as Omit<HoldQueryShape, 'from' | 'to'>) };
}
