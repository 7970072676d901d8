import { insertOutbox } from '../../../../recorder-core/records/outbox.ts';
import { bulkRedeliveryId, disposalWorkflowId, redeliveryWorkflowId } from '../../../../workflows/ids.ts';
import type { Workplace } from '../workplace.ts';

/**
 * A recording from its spool to its certificate: lifecycle, deliveries, word of a change, sweep and disposal. Answers what is
 * left of it.
 */
export async function recordingLife(place: Workplace): Promise<unknown> {
  const { bench, database, tenantId } = place;
  const recordingId = await place.recorded();
  await tellOfChange(place, recordingId);
  await bench.makeDue(recordingId);
  await sweepUntilStarted(place, disposalWorkflowId({ tenantId, recordingId, policyEpoch: 1 }));
  await database.waitFor("select 1 from recording where id = $1 and state = 'disposed'", [recordingId]);
  await database.waitFor('select 1 from disposal_certificate where recording_id = $1', [recordingId]);
  return leftOf(place, recordingId);
}

/** Word of a change of one recording, and of many at once; answers when both have been told. */
async function tellOfChange({ bench, client, database, inTenant, tenantId }: Workplace, recordingId: string) {
  const [one, many] = [bench.deps.newId(new Date()), bench.deps.newId(new Date())];
  const message = { tenantId, trace: {} };
  await inTenant(async (tx) => {
    await insertOutbox(tx, { ...message, id: one, topic: 'recording.changed', payload: { recordingId } });
    const payload = { recordingIds: [recordingId] };
    await insertOutbox(tx, { ...message, id: many, topic: 'recordings.changed', payload });
  });
  await database.waitFor('select 1 where not exists (select from outbox where id in ($1, $2))', [one, many]);
  await client.workflow.getHandle(redeliveryWorkflowId(one)).result();
  await client.workflow.getHandle(bulkRedeliveryId(many)).result();
}

/** A claim whose worker died before it could say so is renewed by a sweep ten minutes later; here they have passed at once. */
async function sweepUntilStarted(place: Workplace, disposal: string): Promise<void> {
  for (;;) {
    await place.scheduled('retentionSweep', { partition: 0, partitions: 1, limit: 10 });
    const started = await place.client.workflow
      .getHandle(disposal)
      .describe()
      .then(
        () => true,
        () => false,
      );
    if (started) return;
    await place.database.asOwner("update recording set claimed_at = claimed_at - interval '11 minutes'");
  }
}

/** What is left of a recording, and what was done about it, each as often as it was. */
async function leftOf(place: Workplace, recordingId: string) {
  const rows = (text: string): Promise<Record<string, unknown>[]> =>
    place.database.asOwner(text, [recordingId]);
  return {
    acts: await place.acts(recordingId),
    recording: await rows('select state, policy_epoch from recording where id = $1'),
    parts: await rows(
      'select kind, destroyed_at is not null as gone from part where recording_id = $1 order by kind, label',
    ),
    keys: await rows(
      'select count(*)::int from data_key k join part p on p.id = k.part_id where p.recording_id = $1',
    ),
    // A deletion is asked for until its answer is known, and each asking has a receipt.
    receipts: await rows(
      'select distinct operation, outcome from receipt where recording_id = $1 order by operation, outcome',
    ),
    certificates: await rows('select count(*)::int from disposal_certificate where recording_id = $1'),
    tombstones: await rows(
      'select count(*)::int from tombstone where recording_id = $1 and withdrawn_at is null',
    ),
    searchable: await rows(
      "select count(*)::int from search_document where recording_id = $1 and document <> '{}'",
    ),
  };
}
