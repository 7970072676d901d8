import type { Workplace } from '../workplace.ts';

/** What Schedules ask for, beside the sweep: each once. Answers what is left of it. */
export async function roundsLife(place: Workplace): Promise<unknown> {
  const { bench, database } = place;
  await place.recorded();
  // Live for a week, so that its comparison is due.
  await database.asOwner("update connection set state_at = state_at - interval '8 days' where id = $1", [
    bench.searchId,
  ]);
  await place.scheduled('comparisonRound', {});
  await database.waitFor(
    'select 1 from connection_comparison where connection_id = $1 and ended_at is not null',
    [bench.searchId],
  );
  await place.scheduled('deliverySweep', {});
  await place.scheduled('complianceRound', {});
  const probed = await place.scheduled('objectStoreProbe', {});
  return {
    probed,
    comparisons: await database.asOwner('select state from connection_comparison where connection_id = $1', [
      bench.searchId,
    ]),
  };
}
