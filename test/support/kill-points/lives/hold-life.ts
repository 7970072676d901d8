import { randomUUID } from 'node:crypto';
import { announceMatter } from '../../../../recorder-core/records/announce-matter.ts';
import { insertNotice } from '../../../../recorder-core/records/custodian-notices.ts';
import type { SpreadAct } from '../../../../recorder-core/records/hold-spreads.ts';
import { readHold } from '../../../../recorder-core/records/holds.ts';
import { askRelease } from '../../../../recorder-core/records/release-holds.ts';
import { agreeTo, placeHoldOn } from '../../hold-through-api.ts';
import type { Workplace } from '../workplace.ts';

/**
 * A matter from its first hold to its end: one hold by item, one by query, a custodian told and reminded, a release that a
 * second person agrees to, the grace. Answers what is left of it.
 */
export async function holdLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId, tickets } = place;
  const name = `Zora ${randomUUID()}`;
  const [named, reached] = [await place.recorded(), await place.recorded({ names: ['Ana Agent', name] })];
  const matter = `Matter ${randomUUID()}`;
  const holdId = await placeHoldOn(bench.deps, tenantId, [named], null, matter);
  const { matterId } = (await inTenant((tx) => readHold(tx, holdId)))!;
  await placeHoldOn(bench.deps, tenantId, [], { names: [name] }, matter);
  await spread(place, matterId, 'hold.placed');
  const noticeId = await sendNotice(place, matterId);
  await tickets.receiver.until((objects) => objects.get(`notice/${noticeId}`)?.revision === 1);
  await database.asOwner("update custodian_notice set sent_at = sent_at - interval '8 days' where id = $1", [
    noticeId,
  ]);
  await announce(place, matterId);
  await tickets.receiver.until((objects) => objects.get(`notice/${noticeId}`)?.revision === 2);

  const by = { person: place.asking().person };
  const { approvalId } = await inTenant((tx) =>
    askRelease(tx, bench.deps, { tenantId, matterId, reason: 'Settled.', by, now: new Date() }),
  );
  await inTenant((tx) => agreeTo(bench.deps, tx, tenantId, approvalId));
  await database.waitFor("select 1 from hold_release where matter_id = $1 and state = 'grace'", [matterId]);
  await database.asOwner(
    "update hold_release set granted_at = granted_at - interval '1 year' where matter_id = $1",
    [matterId],
  );
  await announce(place, matterId);
  await database.waitFor("select 1 from matter where id = $1 and state = 'closed'", [matterId]);
  await spread(place, matterId, 'hold.released'); // which goes its own way, and may be slower
  return {
    holds: await database.asOwner(
      'select kind, released_at is not null as released, ended_at is not null as over from hold where matter_id = $1 order by kind',
      [matterId],
    ),
    held: await database.asOwner('select state from recording where id in ($1, $2)', [named, reached]),
    notices: await database.asOwner(
      'select reminders, escalated_at, ended_at is not null as over from custodian_notice where id = $1',
      [noticeId],
    ),
    told: [
      ...new Set(
        tickets.receiver.taken
          .filter(({ data }) => data['id'] === noticeId)
          .map(({ data }) => data['revision']),
      ),
    ].sort(),
    acts: await Promise.all([matterId, noticeId, approvalId, named, reached].map((id) => place.acts(id))),
  };
}

/** Waits until all that the matter's hold by query reaches has been told of a change of it. */
const spread = ({ database }: Workplace, matterId: string, act: SpreadAct): Promise<void> =>
  database.waitFor(
    'select 1 from hold_spread s join hold h on h.id = s.hold_id where h.matter_id = $1 and s.act = $2 and s.done_at is not null',
    [matterId, act],
  );

async function sendNotice(place: Workplace, matterId: string): Promise<string> {
  const { bench, inTenant, tenantId, tickets } = place;
  const id = bench.deps.newId(new Date());
  await inTenant((tx) =>
    insertNotice(tx, tenantId, {
      id,
      matterId,
      name: 'Carla Custodian',
      address: 'carla@example.com',
      superior: null,
      superiorAddress: null,
      instructions: 'Keep everything.',
      connectionId: tickets.connectionId,
      remindDays: 7,
      mostReminders: 2,
      sentBy: place.asking().person.id,
      sentAt: new Date().toISOString(),
    }),
  );
  await announce(place, matterId);
  return id;
}

const announce = ({ bench, inTenant, tenantId }: Workplace, matterId: string): Promise<void> =>
  inTenant((tx) => announceMatter(tx, bench.deps, { tenantId, matterId, now: new Date() }));
