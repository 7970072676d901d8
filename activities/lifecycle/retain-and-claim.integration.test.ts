import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { DisposalRef } from '../contract.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { claimDue } from './claim-due.ts';
import { retainRecording } from './retain-recording.ts';

const DAY_MS = 86_400_000;
/** Of the shipped pack, for a class without a rule of its own. */
const RETENTION_DAYS = 180;
const GRACE_DAYS = 30;

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterEach(async () => {
  await database.asOwner('update recording_retention set retain_until = null');
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
const everything = { partition: 0, partitions: 1, limit: 100 };
const claim = (limit = 100, now?: Date): ReturnType<ActivityBench['activities']['lifecycle']['claimDue']> =>
  claimDue({ ...bench.deps, ...(now && { now: () => now, clockOf: async () => now }) })({
    ...everything,
    limit,
  });
const idsOf = (claimed: readonly DisposalRef[]): string[] => claimed.map(({ recordingId }) => recordingId);
const actsOf = async (recordingId: string): Promise<string[]> =>
  (await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, recordingId))).map(
    ({ act }) => act,
  );

async function dueRecording(): Promise<string> {
  const id = await bench.retain({ packets: 2 });
  await bench.makeDue(id);
  return id;
}

describe('retaining a recording', () => {
  test('sets the date that the rules give, with the rules, and tells the connected systems', async () => {
    const id = await bench.retain();
    const { endedAt, retainUntil, retention, state } = await bench.read(id);
    expect(state).toBe('retained');
    expect(Date.parse(retainUntil!) - Date.parse(endedAt)).toBe(RETENTION_DAYS * DAY_MS);
    expect(retention).toMatchObject({ outcome: 'RETAIN', packDigest: bench.deps.packs.bundled.digest });
    expect(retention?.rules.map((rule) => rule.id)).toContain('retention/default-business-call');
    const topics = await database.asOwner(
      "select topic from outbox where payload ->> 'recordingId' = $1 order by id",
      [id],
    );
    expect(topics).toEqual([{ topic: 'recording.sealed' }, { topic: 'recording.changed' }]);
  });

  test('does nothing when asked again, or for a recording that has gone further', async () => {
    const id = await bench.retain();
    const before = await bench.read(id);
    expect(await bench.activities.lifecycle.retainRecording(ref(id))).toEqual({
      retainUntil: before.retainUntil,
    });
    expect(await bench.read(id)).toEqual(before);
  });

  test('gives a recording that was held before it was retained a date as well, so that a release finds one', async () => {
    const id = await bench.capture({ packets: 2 });
    await bench.activities.spool.storeParts(ref(id));
    await placeHoldOn(bench.deps, database.tenantId, [id]);
    const { retainUntil } = await retainRecording(bench.deps)(ref(id));
    const { endedAt } = await bench.read(id);
    expect(Date.parse(retainUntil!) - Date.parse(endedAt)).toBe(RETENTION_DAYS * DAY_MS);
  });
});

describe('claiming what is due', () => {
  test('takes what is due and leaves what is not, with a leaf and an epoch for each', async () => {
    const [due, early] = [await dueRecording(), await bench.retain()];
    expect(await claim()).toEqual({ claimed: [{ ...ref(due), policyEpoch: 1 }], more: false });
    expect(await bench.read(due)).toMatchObject({
      state: 'disposing',
      policyEpoch: 1,
      retention: { outcome: 'DISPOSE' },
    });
    expect((await bench.read(early)).state).toBe('retained');
    expect(await actsOf(due)).toContain('disposal.decided');
  });

  test('leaves what is held, however long its date is past', async () => {
    const id = await dueRecording();
    await placeHoldOn(bench.deps, database.tenantId, [id]);
    expect(idsOf((await claim()).claimed)).not.toContain(id);
    expect(await bench.read(id)).toMatchObject({ state: 'retained', held: true });
  });

  test('keeps a released recording for the grace of the policy, and takes it when that is over', async () => {
    const id = await dueRecording();
    const hold = await placeHoldOn(bench.deps, database.tenantId, [id]);
    const released = Date.now();
    await releaseHoldOf(bench.deps, database.tenantId, hold);

    expect(idsOf((await claim()).claimed)).not.toContain(id);
    const kept = await bench.read(id);
    expect(kept).toMatchObject({ state: 'retained', held: false, retention: { outcome: 'RETAIN' } });
    const graceMs = Date.parse(kept.retainUntil!) - released;
    expect(Math.round(graceMs / DAY_MS)).toBe(GRACE_DAYS);
    expect(kept.retention?.rules.map((rule) => rule.id)).toContain('retention/hold-release-grace');

    const later = new Date(Date.parse(kept.retainUntil!) + 1);
    expect(idsOf((await claim(100, later)).claimed)).toContain(id);
  });

  test('page by page takes everything once, and says when there is more', async () => {
    const due = [await dueRecording(), await dueRecording(), await dueRecording()];
    const pages = [await claim(2), await claim(2), await claim(2)];
    expect(pages.map(({ more }) => more)).toEqual([true, false, false]);
    expect(
      pages
        .flatMap(({ claimed }) => idsOf(claimed))
        .filter((id) => due.includes(id))
        .sort(),
    ).toEqual(due.sort());
  });

  test('by several at once never takes a recording twice', async () => {
    for (let round = 0; round < 4; round += 1) {
      const due = await Promise.all(Array.from({ length: 6 }, () => dueRecording()));
      const answers = await Promise.all([claim(3), claim(3), claim(3)]);
      answers.push(await claim());
      const first = answers
        .flatMap(({ claimed }) => claimed)
        .filter(({ recordingId }) => due.includes(recordingId));
      expect([...new Set(idsOf(first))].sort()).toEqual([...due].sort());
      expect(new Set(first.map(({ policyEpoch }) => policyEpoch))).toEqual(new Set([1]));
      const decided = await Promise.all(due.map(actsOf));
      for (const acts of decided) expect(acts.filter((act) => act === 'disposal.decided')).toHaveLength(1);
    }
  });

  test('answers a claim again, under its own epoch, when it has come to nothing for ten minutes', async () => {
    const id = await dueRecording();
    const [lost] = (await claim()).claimed.filter(({ recordingId }) => recordingId === id);
    expect(idsOf((await claim()).claimed)).not.toContain(id);
    const later = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
    expect(idsOf((await claim(100, later(9))).claimed)).not.toContain(id);
    expect((await claim(100, later(11))).claimed).toContainEqual(lost);
    expect(idsOf((await claim(100, later(12))).claimed)).not.toContain(id); // it was taken up just now
    expect(await bench.read(id)).toMatchObject({ state: 'disposing', policyEpoch: 1 });
    expect((await actsOf(id)).filter((act) => act === 'disposal.decided')).toHaveLength(1);
  });

  test('takes only the tenants of its partition, and each of them exactly once', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => database.addTenant()));
    const due: string[] = [];
    for (const tenantId of others) {
      const id = await bench.retain({ tenantId, packets: 2 });
      await bench.makeDue(id);
      due.push(id);
    }
    const partitions = await Promise.all(
      [0, 1, 2].map((partition) => claimDue(bench.deps)({ partition, partitions: 3, limit: 100 })),
    );
    const claimed = partitions
      .flatMap((answer) => answer.claimed)
      .filter(({ recordingId }) => due.includes(recordingId));
    expect(idsOf(claimed).sort()).toEqual([...due].sort());
    expect(new Set(claimed.map(({ tenantId }) => tenantId))).toEqual(new Set(others));
  });
});
