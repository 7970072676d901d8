import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { advanceMatter } from '../../../activities/holds/advance-matter.ts';
import { listReleases } from '../../../recorder-core/records/hold-releases.ts';
import { listHolds } from '../../../recorder-core/records/holds.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { findMatterOfCase, tagsOnRecordings } from '../../../recorder-core/records/matters.ts';
import { listRecordings, readRecording } from '../../../recorder-core/records/recordings.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { agreeTo } from '../../../test/support/hold-through-api.ts';
import { addRecordingRow } from '../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../../test/support/webhook-connection.ts';
import { processEvent } from '../process-event.ts';

jest.setTimeout(60_000);
const ids = (at: Date) => newId(at.getTime());
let database: TestDatabase;
let hub: TestHub;
let sender: TestSender;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  sender = await openTestSender(hub, ['case.*']);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const matterOf = (caseId: string) => inTenant((tx) => findMatterOfCase(tx, sender.connectionId, caseId));
const holdsOf = async (caseId: string) => {
  const matterId = (await matterOf(caseId))!.id;
  return inTenant((tx) => listHolds(tx, { matterId }));
};
const releasesOf = async (caseId: string) => {
  const matterId = (await matterOf(caseId))!.id;
  return inTenant((tx) => listReleases(tx, matterId));
};
const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 9, minute));

/** Sends an event and has it processed twice, as an outbox may; answers how it ended. */
async function tell(type: string, data: object, occurredAt: Date): Promise<string> {
  const response = await sender.send({ type, data, timestamp: occurredAt.toISOString() });
  if (response.status !== 202) return String(response.status);
  const { id } = (await response.json()) as { id: string };
  const { packs, journal } = hub.services;
  const deps = {
    db: database.db,
    packs,
    journal: () => Promise.resolve(journal),
    newId: ids,
    now: () => new Date(),
  };
  const ref = { tenantId: database.tenantId, eventId: id };
  await processEvent(deps, ref);
  await processEvent(deps, ref); // a second run changes nothing
  const [row] = await database.asOwner<{ state: string }>('select state from inbound_event where id = $1', [
    id,
  ]);
  return row!.state;
}

describe('a case of a connected system', () => {
  test('opens a matter, holds what it says and tags it; closing it asks for a release that a person agrees to', async () => {
    const recordingId = await addRecordingRow(database.db, database.tenantId, { callId: 'case-a' });
    const data = { caseId: 'A-1', name: 'Aldous', tags: ['mifid2'], query: { callIds: ['case-a'] } };
    expect(await tell('case.opened', data, at(0))).toBe('done');
    expect(await matterOf('A-1')).toMatchObject({
      name: 'Aldous',
      openedBy: `Sender ${sender.connectionId}`,
      activeHolds: 1,
    });
    expect((await inTenant((tx) => readRecording(tx, recordingId)))?.held).toBe(true);
    const tags = () => inTenant((tx) => tagsOnRecordings(tx, [recordingId]));
    expect(await tags()).toEqual(new Map([[recordingId, ['A-1', 'mifid2']]]));
    for (const [tag, found] of [
      ['mifid2', 1],
      ['A-1', 1],
      ['other', 0],
    ] as const)
      expect(await inTenant((tx) => listRecordings(tx, { tag, limit: 5 }))).toHaveLength(found);

    expect(await tell('case.closed', { caseId: 'A-1' }, at(1))).toBe('done');
    expect(await tell('case.closed', { caseId: 'A-1' }, at(2))).toBe('done');
    const [asked, ...more] = await releasesOf('A-1');
    expect([asked!.state, asked!.askedBy, more]).toEqual(['asked', `Sender ${sender.connectionId}`, []]);
    expect((await inTenant((tx) => readRecording(tx, recordingId)))?.held).toBe(true);
    const deps = { ...hub.services, now: () => new Date() };
    await inTenant((tx) => agreeTo(deps, tx, database.tenantId, asked!.approvalId));
    await advanceMatter(deps)({ tenantId: database.tenantId, matterId: asked!.matterId });
    expect((await releasesOf('A-1'))[0]!.state).toBe('grace');

    expect(await tell('case.changed', { caseId: 'A-1', tags: ['sec'] }, at(3))).toBe('done'); // it goes on
    expect((await releasesOf('A-1'))[0]!.state).toBe('taken-back');
    expect((await inTenant((tx) => readRecording(tx, recordingId)))?.held).toBe(true);
    expect(await tags()).toEqual(new Map([[recordingId, ['A-1', 'sec']]]));
  });

  test('keeps more and never less, whatever comes late', async () => {
    const query = (name: string) => ({ names: [name] });
    expect(await tell('case.changed', { caseId: 'B-1', query: query('newer'), tags: ['b'] }, at(11))).toBe(
      'done',
    );
    expect(
      await tell('case.opened', { caseId: 'B-1', name: 'Baker', query: query('older'), tags: ['a'] }, at(10)),
    ).toBe('done');
    expect((await holdsOf('B-1')).map((each) => each.query?.names)).toEqual([['older'], ['newer']]);
    expect(await matterOf('B-1')).toMatchObject({ tags: ['b'], activeHolds: 2 });
    expect(await tell('case.closed', { caseId: 'B-1' }, at(9))).toBe('done'); // late: it was changed since
    expect(await releasesOf('B-1')).toEqual([]);
  });

  test('that was closed before it was heard of holds nothing, and one without a hold is closed at once', async () => {
    expect(await tell('case.closed', { caseId: 'C-1' }, at(21))).toBe('done');
    expect(
      await tell('case.opened', { caseId: 'C-1', name: 'Carl', query: { names: ['carl'] } }, at(20)),
    ).toBe('done');
    expect(await matterOf('C-1')).toBeUndefined();
    expect(await tell('case.opened', { caseId: 'C-2', name: 'aldous' }, at(22))).toBe('done');
    expect(await matterOf('C-2')).toMatchObject({ name: 'aldous (C-2)', state: 'open' });
    expect(await tell('case.closed', { caseId: 'C-2' }, at(23))).toBe('done');
    expect(await matterOf('C-2')).toMatchObject({ state: 'closed' });
  });

  test('that would hold everything, or names what is not there, is refused and leaves nothing', async () => {
    expect(await tell('case.opened', { caseId: 'D-1', name: 'Dora', query: {} }, at(30))).toBe('refused');
    const recordingIds = ['0198c0de-0000-7000-8000-00000000dead'];
    expect(await tell('case.opened', { caseId: 'D-1', name: 'Dora', recordingIds }, at(31))).toBe('refused');
    expect(await tell('case.opened', { caseId: 'D-1', name: 'Dora', more: 1 }, at(32))).toBe('400');
    expect(await matterOf('D-1')).toBeUndefined();
  });
});
