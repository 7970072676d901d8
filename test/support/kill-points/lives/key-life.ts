import { isAsCaptured } from '../../../../recorder-core/records/open-part.ts';
import { readParts } from '../../../../recorder-core/records/parts.ts';
import type { Workplace } from '../workplace.ts';

/** So few at a time that the closing takes several steps. */
const LIMIT = 3;

/**
 * A period of keys is closed over all that the other lives have left: what lives opens, what was destroyed does not, and the root
 * before is gone. Answers what is left of it.
 */
export async function keyLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId } = place;
  const before = await bench.keys.currentKeyId();
  await bench.deps.keks.renew(new Date());
  const closed = (await place.scheduled('keyPeriodClose', { limit: LIMIT })) as { stage: string };
  await bench.deps.keks.renew(new Date());
  const recordings = await database.asOwner<{ id: string }>('select id from recording where tenant_id = $1', [
    tenantId,
  ]);
  const wrong: string[] = [];
  for (const { id } of recordings)
    for (const part of await inTenant((tx) => readParts(tx, id))) {
      const opens = await isAsCaptured(bench.deps, tenantId, part).catch(() => false);
      if (opens !== (part.destroyedAt === null))
        wrong.push(`${part.kind} ${opens ? 'opens' : 'does not open'}`);
    }
  return {
    stage: closed.stage,
    rotated: (await bench.keys.currentKeyId()) !== before,
    wrong,
    underOldRoots: await database.asOwner(
      'select count(*)::int from key_encryption_key where root_key_id <> $1',
      [await bench.keys.currentKeyId()],
    ),
    open: await database.asOwner('select count(*)::int from key_period where closed_at is null'),
    completed: await database.asOwner(
      "select count(*)::int as times, count(distinct object_id)::int as things from ledger_leaf where act = 'disposal.completed'",
    ),
  };
}
