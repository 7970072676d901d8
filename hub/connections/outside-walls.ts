import type { OutboundRecord } from '../../connectors/kit/record.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideEach } from '../access/decide.ts';
import { askerFor } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';

/**
 * Of records that somebody wants to try a mapping with, those that no policy keeps from them, in their order. Who lacks the
 * right to read recordings may try one whose values are hidden; what stands behind a wall is not even named.
 */
export async function outsideWalls(
  tx: Tx,
  asking: Asking,
  records: readonly OutboundRecord[],
): Promise<OutboundRecord[]> {
  const about = records.filter(({ kind }) => kind === 'recording' || kind === 'withdrawal');
  if (about.length === 0) return [...records];
  const objects = about.map(({ id }) => ({ type: 'recording', id }));
  const decisions = await decideEach(tx, await askerFor(tx, asking), 'recording.read', objects);
  const walled = new Set(
    about.filter((_, index) => decisions[index]?.policies.some(({ effect }) => effect === 'forbid')),
  );
  return records.filter((record) => !walled.has(record));
}
