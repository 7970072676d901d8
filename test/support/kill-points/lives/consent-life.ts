import { askConsentChange } from '../../../../recorder-core/records/consent-changes.ts';
import type { Workplace } from '../workplace.ts';

const CUSTOMER = '+493012390001';

/**
 * A party withdraws their assent: of a call that nothing keeps their side is destroyed, one under a floor is restricted.
 * Answers what became of both.
 */
export async function consentLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId } = place;
  const addresses = ['+49301234560', CUSTOMER] as const;
  const free = await place.recorded({ addresses });
  const kept = await place.recorded({ addresses });
  await bench.makeDue(free);
  await database.asOwner("update recording set retention_class = 'mifid2' where id = $1", [kept]);
  const id = bench.deps.newId(new Date());
  await inTenant((tx) =>
    askConsentChange(
      tx,
      {
        id,
        kind: 'withdrawn',
        effect: 'erase',
        purpose: null,
        recordingId: null,
        partyOrdinals: null,
        address: CUSTOMER,
        saidAt: new Date().toISOString(),
        source: 'api',
        reason: 'They called and said so.',
      },
      { tenantId, now: new Date(), newId: bench.deps.newId },
    ),
  );
  await database.waitFor("select 1 from consent_change where id = $1 and state = 'done'", [id]);
  await database.waitFor("select 1 from part_disposal where recording_id = $1 and state = 'certified'", [
    free,
  ]);
  // What was derived from both sides went with them, and is made anew from what is left.
  await database.waitFor(
    "select 1 from part where recording_id = $1 and kind = 'waveform' and destroyed_at is null",
    [free],
  );
  const items = await database.asOwner(
    'select recording_id = $2 as free, action, part_disposal_id is not null as ordered from consent_change_item where change_id = $1 order by 1',
    [id, free],
  );
  return {
    change: await database.asOwner('select state, address from consent_change where id = $1', [id]),
    items,
    restrictions: await database.asOwner(
      'select id = $1 as free, jsonb_array_length(restriction) as grounds from recording where id in ($1, $2) order by 1',
      [free, kept],
    ),
    parts: await database.asOwner(
      `select kind, label, destroyed_at is not null as gone, exists (select from data_key k where k.part_id = p.id) as key
         from part p where recording_id = $1 order by 1, 2, 3`,
      [free],
    ),
    orders: await database.asOwner('select state, ground from part_disposal where recording_id = any ($1)', [
      [free, kept],
    ]),
    acts: { change: await place.acts(id), free: await place.acts(free), kept: await place.acts(kept) },
  };
}
