import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { decideApproval } from '../../hub/approvals/decide-approval.ts';
import { endDisposalReviewApproval, endDisposalRunApproval } from '../../hub/worker/end-disposal-approval.ts';
import { VOLUME_LIMITS } from '../../recorder-core/policy/disposal-volume.ts';
import type { RetentionRule } from '../../recorder-core/policy/rule-pack.ts';
import { rulebookOf } from '../../recorder-core/policy/rulebook.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { decideItem } from '../../recorder-core/records/decide-recording.ts';
import { reviewsOf } from '../../recorder-core/records/disposal-reviews.ts';
import { listRuns, readOpenRun, type DisposalRun } from '../../recorder-core/records/disposal-runs.ts';
import { planDisposals, proveDisposal } from '../../recorder-core/records/plan-disposals.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { addDueRecordings } from '../../test/support/due-recordings.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { claimDue } from './claim-due.ts';
import { judge } from './open-run.ts';
import { ON_THE_MACHINE } from '../../hub/identity/circumstances.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterEach(async () => {
  await database.asOwner("update recording set state = 'disposed' where state <> 'disposed'");
  await database.asOwner('update disposal_run set ended_at = now() where ended_at is null');
  await database.asOwner('delete from disposal_tally');
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const asTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const later = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const claim = (change: Partial<ActivityDependencies> = {}, now?: Date) =>
  claimDue({
    ...bench.deps,
    ...(now && { now: () => now, clockOf: async () => now }),
    ...change,
  })({ partition: 0, partitions: 1, limit: 500 });
const openNow = (): Promise<DisposalRun | undefined> => asTenant(readOpenRun);
const stateOf = async (id: string): Promise<string> => (await bench.read(id)).state;

/** Somebody decides as through the API, and the consumer of the end is told. */
async function decide(approvalId: string, verb: 'approve' | 'refuse', now = new Date()): Promise<void> {
  const person = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' };
  const asking = {
    db: database.db,
    tenantId: database.tenantId,
    person,
    now,
    newId: bench.deps.newId,
    circumstances: ON_THE_MACHINE,
  };
  await asTenant((tx) => insertUser(tx, database.tenantId, person));
  await asTenant((tx) =>
    decideApproval(
      tx,
      asking as never,
      approvalId,
      verb === 'approve' ? { verb, remark: null } : { verb, reason: 'The class is wrong.' },
    ),
  );
  const { kind, subject, state } = (await asTenant((tx) => readApproval(tx, approvalId)))!;
  const ended = { tenantId: database.tenantId, approvalId, kind, subjectId: subject.id, outcome: state };
  const end = kind === 'disposal-run' ? endDisposalRunApproval : endDisposalReviewApproval;
  await end(database.db, ended as never, now);
  await end(database.db, ended as never, now); // told twice
}

/** The pack in force with other retention rules. */
const packsWith = (retention: (rules: RetentionRule[]) => RetentionRule[]) => {
  const { bundled } = bench.deps.packs;
  const pack = { ...bundled, retention: retention([...bundled.retention]) };
  return { packs: { current: async () => rulebookOf(pack), bundled: pack } as never };
};

describe('a run of disposals', () => {
  test('of a usual number claims, counts, keeps a proven sample, and ends', async () => {
    const ids = await addDueRecordings(database, { count: 30 });
    const { claimed, more } = await claim();
    expect([claimed.map(({ recordingId }) => recordingId).sort(), more]).toEqual([ids.toSorted(), false]);
    const [run] = await asTenant(listRuns);
    expect(run).toMatchObject({
      state: 'done',
      due: 30,
      dueExact: true,
      rule: 'disposal/usual-volume',
      claimed: 30,
      classes: [{ retentionClass: 'business-call', due: 30, today: 0, history: [] }],
    });
    expect(run?.sample).toHaveLength(20);
    expect(run?.sample.every(({ proven, reference }) => proven && reference === 'DISPOSE')).toBe(true);
    const rows = await database.asOwner(
      'select distinct disposal_run as id from recording where id = any ($1)',
      [ids],
    );
    expect(rows).toEqual([{ id: run?.id }]);
  });

  test('opens none and claims nothing where all that is due is held', async () => {
    const [id] = await addDueRecordings(database, { count: 1 });
    await placeHoldOn(bench.deps, database.tenantId, [id!]);
    const before = (await asTenant(listRuns)).length;
    expect(await claim()).toEqual({ claimed: [], more: false });
    expect(await asTenant(listRuns)).toHaveLength(before);
  });

  test('of an unusual number waits, says why, claims nothing, and goes on when a second person agrees', async () => {
    const ids = await addDueRecordings(database, { count: 101 });
    for (let sweep = 0; sweep < 3; sweep += 1) expect((await claim()).claimed).toEqual([]);
    const run = (await openNow())!;
    expect(run).toMatchObject({ state: 'waiting', due: 101, rule: 'disposal/unusual-volume' });
    expect(run.reason).toContain('101 recordings would go');
    const leaves = await asTenant((tx) => readLeavesAbout(tx, run.id));
    expect(leaves.map(({ act }) => act)).toEqual(['disposal.stopped']);
    const late = await addDueRecordings(database, { count: 1, dueDaysAgo: 0 });

    await decide(run.approvalId!, 'approve');
    expect((await openNow())?.state).toBe('approved');
    const { claimed } = await claim();
    expect(claimed.map(({ recordingId }) => recordingId).sort()).toEqual(ids.toSorted());
    expect(await stateOf(late[0]!)).toBe('retained'); // fell due after what was agreed to
    expect(await openNow()).toBeUndefined();
  });

  test('that was refused claims nothing for a week, and is then asked about anew', async () => {
    await addDueRecordings(database, { count: 101 });
    await claim();
    const first = (await openNow())!;
    await decide(first.approvalId!, 'refuse');
    expect(await openNow()).toMatchObject({ state: 'refused', reason: 'The class is wrong.' });
    expect((await claim({}, later(6))).claimed).toEqual([]);
    expect((await openNow())?.id).toBe(first.id);
    await claim({}, later(8)); // makes room
    await claim({}, later(8));
    const second = (await openNow())!;
    expect([second.id === first.id, second.state]).toEqual([false, 'waiting']);
  });

  test('stops where a class has lost its floor, on a day that is usual for the house', async () => {
    await database.asOwner(
      "insert into disposal_tally (tenant_id, day, retention_class, claimed) values ($1, current_date - 3, 'business-call', 5000)",
      [database.tenantId],
    );
    await addDueRecordings(database, { count: 200 });
    expect((await claim()).claimed).toHaveLength(200);
    // Retained after the floor was lost: what was decided under it stays, whatever the rules say now.
    await addDueRecordings(database, { count: 120, retentionClass: 'mifid2' });
    const lost = packsWith((rules) => rules.filter(({ kind }) => kind !== 'floor'));
    expect((await claim(lost)).claimed).toEqual([]);
    expect((await openNow())?.reason).toMatch(/^Class mifid2: 120 recordings would go/);
  });

  test('stops where the second evaluator, or a floor that stands, speaks against a recording of the sample', async () => {
    await addDueRecordings(database, { count: 1 });
    const rules = rulebookOf(bench.deps.packs.bundled);
    const order = {
      rules,
      atMost: { looked: 10, going: 10 },
      heldToo: false,
      sampleSize: 5,
      random: () => 0,
    };
    const plan = await asTenant((tx) => planDisposals(tx, { ...order, asOf: new Date() }));
    expect(judge(plan, [], VOLUME_LIMITS)).toMatchObject({ stop: false });
    const [drawn] = plan.sample;
    const doubted = { ...plan, sample: [drawn!, { ...drawn!, proven: false }] };
    expect(judge(doubted, [], VOLUME_LIMITS)).toMatchObject({ stop: true, rule: 'disposal/unproven' });

    const item = {
      id: 'r',
      capturedAt: '2026-01-01T00:00:00Z',
      kind: 'call',
      classes: ['mifid2'],
      triggers: { captureEnd: '2026-01-01T00:00:00Z' },
      holds: [],
      requests: [],
      jurisdictions: ['DE'],
    };
    const asOf = new Date('2027-01-01T00:00:00Z');
    const kept = decideItem(item, asOf, rules);
    const wrong = { ...kept, mayDispose: true, decision: { ...kept.decision, decision: 'DISPOSE' as const } };
    const due = { id: 'r', retentionClass: 'mifid2', endedAt: item.capturedAt, retainUntil: null };
    expect(proveDisposal(due, item, wrong, { asOf, rules })).toMatchObject({
      reference: 'RETAIN',
      proven: false,
      floors: [{ rule: 'retention/mifid2-art76' }],
    });
  });

  test('claims nothing while the clocks are apart, and stops where both have jumped', async () => {
    await addDueRecordings(database, { count: 150, endedDaysAgo: 1, dueDaysAgo: -179 });
    const far = later(3650);
    await expect(claim({ now: () => far })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await claim({}, far)).claimed).toEqual([]);
    expect(await openNow()).toMatchObject({ state: 'waiting', due: 150 });
  });
});

describe('a review before disposal', () => {
  const reviewed = () =>
    packsWith((rules) =>
      rules.map((rule) => (rule.id === 'retention/default-business-call' ? { ...rule, review: true } : rule)),
    );
  const approvalOf = async (id: string) => (await asTenant((tx) => reviewsOf(tx, [id]))).get(id)!.approvalId;

  test('asks once for the whole page, and what was agreed to goes with the next sweep', async () => {
    const ids = await addDueRecordings(database, { count: 5 });
    expect((await claim(reviewed())).claimed).toEqual([]);
    expect((await claim(reviewed())).claimed).toEqual([]);
    expect(new Set(await Promise.all(ids.map(approvalOf))).size).toBe(1);
    await decide(await approvalOf(ids[0]!), 'approve');
    const { claimed } = await claim(reviewed(), later(0.001));
    expect(claimed.map(({ recordingId }) => recordingId).sort()).toEqual(ids.toSorted());
    const [due] = claimed;
    expect(await bench.activities.lifecycle.confirmDisposal(due!)).toEqual({ outcome: 'confirmed' });
  });

  test('leaves what was refused, with the reason and a next date, and asks again then', async () => {
    const [id] = await addDueRecordings(database, { count: 1 });
    await claim(reviewed());
    const first = await approvalOf(id!);
    await decide(first, 'refuse');
    expect((await claim(reviewed(), later(30))).claimed).toEqual([]);
    expect((await asTenant((tx) => reviewsOf(tx, [id!]))).get(id!)).toMatchObject({
      outcome: 'refused',
      reason: 'The class is wrong.',
    });
    await claim(reviewed(), later(181));
    expect(await approvalOf(id!)).not.toBe(first);
    expect(await stateOf(id!)).toBe('retained');
  });
});

describe('a dry run', () => {
  test('tells what would go at a date by class, rule and day, proves a sample, and changes nothing', async () => {
    const now = await addDueRecordings(database, { count: 3 });
    await addDueRecordings(database, { count: 2, endedDaysAgo: 10, dueDaysAgo: -170 });
    await placeHoldOn(bench.deps, database.tenantId, [now[0]!]);
    const rules = rulebookOf(bench.deps.packs.bundled);
    const order = {
      rules,
      atMost: { looked: 1e6, going: 1e6 },
      heldToo: true,
      sampleSize: 2,
      random: Math.random,
    };
    const today = await asTenant((tx) => planDisposals(tx, { ...order, asOf: new Date() }));
    expect(today).toMatchObject({ looked: 3, complete: true, dispose: 2, kept: 1 });
    const then = await asTenant((tx) => planDisposals(tx, { ...order, asOf: later(175) }));
    expect(then).toMatchObject({
      dispose: 4,
      kept: 1,
      classes: [{ retentionClass: 'business-call', recordings: 4 }],
    });
    expect(then.days).toHaveLength(2);
    expect(then.sample).toHaveLength(2);
    expect(then.sample.every(({ proven }) => proven)).toBe(true);
    expect(await stateOf(now[1]!)).toBe('retained');
  });
});
