import { askCut } from '../../../../recorder-core/records/ask-cut.ts';
import { cutWorkflowId } from '../../../../workflows/ids.ts';
import { agreeTo } from '../../hold-through-api.ts';
import type { Workplace } from '../workplace.ts';

/** All that was said is cut out of a recording for good, with a second person's word. Answers what is left of it. */
export async function cutLife(place: Workplace): Promise<unknown> {
  const { bench, client, database, inTenant, tenantId } = place;
  const recordingId = await place.recorded();
  const { durationMs: toMs } = await bench.read(recordingId);
  const { person: by, now, newId } = place.asking();
  const { id } = await inTenant((tx) =>
    askCut(tx, {
      ...{ tenantId, recordingId, fromMs: 0, toMs, by, now, newId },
      ground: 'card-data',
      reason: 'The card was read out.',
    }),
  );
  await inTenant((tx) => agreeTo(bench.deps, tx, tenantId, id));
  await database.waitFor("select 1 from recording_cut where id = $1 and state = 'cut'", [id]);
  await client.workflow.getHandle(cutWorkflowId({ cutId: id })).result();
  await database.waitFor(
    "select 1 from part where recording_id = $1 and kind = 'waveform' and destroyed_at is null",
    [recordingId],
  );
  return {
    cut: await database.asOwner('select state from recording_cut where id = $1', [id]),
    orders: await database.asOwner('select state, ground from part_disposal where recording_id = $1', [
      recordingId,
    ]),
    parts: await database.asOwner(
      `select kind, label, destroyed_at is not null as gone, exists (select from data_key k where k.part_id = p.id) as key,
              count(*)::int from part p where recording_id = $1 group by 1, 2, 3, 4 order by 1, 2, 3`,
      [recordingId],
    ),
    acts: await place.acts(recordingId),
  };
}
