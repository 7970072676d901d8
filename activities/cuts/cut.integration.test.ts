import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { recordingCuts } from '../../hub/api/schemas/cut.ts';
import { timeline } from '../../hub/api/schemas/timeline.ts';
import { replayRestored } from '../../hub/main/restore/replay-restored.ts';
import { openBundleBench, type BundleBench } from '../../test/support/bundle-bench.ts';
import { cutsPath, openCutBench, SPAN, type CutBench } from '../../test/support/cut-bench.ts';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { backUp } from '../../test/support/older-backup.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { advanceMatter } from '../holds/advance-matter.ts';
import { advanceCut } from './advance-cut.ts';
import { readProblem } from '../../test/support/test-hub.ts';
import { readPacketLog } from '../../recorder-core/media/packet-log-reader.ts';
import { askPartDisposal, readPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { forgetPeople } from '../../recorder-core/records/disposals.ts';
import { openPart, streamPart } from '../../recorder-core/records/open-part.ts';
import { verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let cuts: CutBench;
let bundles: BundleBench;
beforeAll(async () => {
  cuts = await openCutBench();
  bundles = await openBundleBench(cuts);
});
afterAll(() => cuts.close());

/** The packets of a log, as they came. */
async function packetsOf(log: Buffer): Promise<Buffer[]> {
  const entries = await Array.fromAsync(readPacketLog(once(log)));
  return entries.flatMap((entry) => (entry.kind === 'rtp' ? [entry.bytes] : []));
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

describe('a span that two people want out of a recording', () => {
  test('is silent on its line and gone from every store, and all the rest sounds and verifies as before', async () => {
    const id = await cuts.call();
    const [before, other] = [await cuts.soundOf(id, 0), await cuts.soundOf(id, 1)];
    const [captured] = await cuts.mediaOf(id, '10');
    const cut = await cuts.cutOut(id, { labels: ['10'] });
    expect(cut).toMatchObject({ state: 'cut', labels: ['10'], waitsFor: null, ground: 'card-data' });
    expect([cut.askedBy.id, cut.decidedBy?.id]).toEqual([cuts.officer.userId, cuts.second.userId]);

    const after = await cuts.soundOf(id, 0);
    expect(before.slice(4800, 9600).some((sample) => sample !== 0)).toBe(true);
    expect(after.slice(4800, 10_400).every((sample) => sample === 0)).toBe(true);
    expect([after.slice(0, 4800), after.slice(10_400)]).toEqual([
      before.slice(0, 4800),
      before.slice(10_400),
    ]);
    expect(await cuts.soundOf(id, 1)).toEqual(other);

    const shown = await cuts.officer.read(timeline, `/api/v1/recordings/${id}/timeline`);
    const [line] = shown.channels;
    expect(line?.segments.slice(0, 2)).toMatchObject([
      { kind: 'audio', offsetMs: 0, durationMs: 600 },
      { kind: 'gap', reason: 'cut', offsetMs: 600, durationMs: 600 },
    ]);
    expect(line).toMatchObject({ keyPresses: [], destroyed: [] });
    const decidedBy = cut.decidedBy?.name;
    expect(line?.cuts).toEqual([
      { cutId: cut.id, offsetMs: 600, durationMs: 700, ground: 'card-data', decidedBy, at: cut.endedAt },
    ]);
    expect(shown.channels[1]?.cuts).toEqual([]);

    await expect(openPart(cuts.bench.deps, cuts.database.tenantId, captured!)).rejects.toMatchObject({
      code: 'gone',
    });
    expect(await cuts.bench.deps.objects.head(captured!.objectKey)).toBeUndefined();
    const statements = verifyRecordings(
      cuts.bench.deps,
      cuts.database.tenantId,
      testLedgerKeys,
      new Date(),
      id,
    );
    const found = await Array.fromAsync(statements);
    expect(found).toMatchObject([{ ok: true }]);
  });

  test('stands in the log: from which content which was made, what was cut, and who agreed', async () => {
    const id = await cuts.call();
    const cut = await cuts.cutOut(id, { labels: ['10'] });
    const media = await cuts.mediaOf(id, '10');
    const [captured] = media.filter(({ replaces }) => replaces === null);
    const [without] = media.filter(({ replaces }) => replaces === captured?.id);
    expect(without).toMatchObject({ version: 2, cutId: cut.id, destroyedAt: null });
    const leaves = await cuts.leavesOf(id);
    const derived = leaves.find(
      ({ act, facts }) => act === 'recording.derived' && facts?.['cut'] !== undefined,
    );
    const hex = (bytes: Buffer | undefined): string | undefined => bytes?.toString('hex');
    expect(derived?.facts).toMatchObject({
      parts: [{ id: without?.id, kind: 'media', sha256: hex(without?.sha256), sha512: hex(without?.sha512) }],
      from: [{ id: captured?.id, sha256: hex(captured?.sha256) }],
      cut: {
        id: cut.id,
        approval: cut.id,
        ground: 'card-data',
        line: '10',
        fromMs: 600,
        toMs: 1300,
        packets: 31,
      },
    });
    expect(Object.keys(derived?.commitments ?? {})).toEqual(expect.arrayContaining(['actor', 'actorId']));
    const acts = leaves.map(({ act }) => act);
    expect(acts.filter((act) => act === 'cut.asked' || act === 'cut.ended')).toEqual([
      'cut.asked',
      'cut.ended',
    ]);
    expect(acts).toEqual(expect.arrayContaining(['parts.condemned', 'keys.destroyed', 'parts.certified']));
    const bytes = Buffer.concat(
      await Array.fromAsync(streamPart(cuts.bench.deps, cuts.database.tenantId, without!)),
    );
    expect(bytes.subarray(0, 5)).toEqual(Buffer.from('HFPL\x03'));
  });

  test('is named by the offline verifier, which recomputes from the bundle what was kept, and refuses it put back', async () => {
    const id = await cuts.call();
    const older = await bundles.make([id]); // from before the cut
    const cut = await cuts.cutOut(id, { labels: ['10'] });
    const bundle = await bundles.make([id]);
    const { verdict, checks, notProven } = await bundles.verify(bundle.bytes);
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(verdict).toBe('verified');
    expect(checks.find(({ check }) => check === 'parts')?.statement).toContain(
      `Cut out, as was agreed to: line 10 from 0:00.600 to 0:01.300 (card-data, approval ${cut.id}).`,
    );
    expect(notProven.join(' ')).toContain('That nothing but 1 span was cut out');
    const metadata = JSON.parse(bundle.files.get(`recordings/${id}/metadata.json`)!.toString()) as object;
    expect(metadata).toMatchObject({
      cuts: [{ approval: cut.id, lines: ['10'], ground: 'card-data', state: 'cut', reason: SPAN.reason }],
      partDisposals: [{ ground: 'redaction', state: 'certified' }],
    });
    const [captured, without] = await cuts.mediaOf(id, '10');
    expect(bundle.files.has(`recordings/${id}/parts/${captured!.id}`)).toBe(false);
    // Whoever has an older bundle can see that nothing but the span is gone.
    const [before, after] = [
      older.files.get(`recordings/${id}/parts/${captured!.id}`)!,
      bundle.files.get(`recordings/${id}/parts/${without!.id}`)!,
    ];
    const kept = await packetsOf(after);
    const gone = (await packetsOf(before)).filter((packet) => !kept.some((one) => one.equals(packet)));
    expect(gone).toHaveLength(31);
    expect(kept.every((packet) => before.includes(packet))).toBe(true);
  });

  test('goes as well where a floor keeps the recording, if it is card data, and else waits for the floor', async () => {
    const id = await cuts.call('mifid2');
    await cuts.cutOut(id, { labels: ['10'] });
    const [, without] = await cuts.mediaOf(id, '10');
    expect(without?.destroyedAt).toBeNull();
    const { id: cutId } = await cuts.ask(id, {
      ground: 'beyond-purpose',
      fromMs: 100,
      toMs: 200,
      labels: ['10'],
    });
    await cuts.approve(cutId);
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'waiting', work: 'wait' });
    expect((await cuts.cutOf(id)).waitsFor?.rules.map((rule) => rule.id)).toContain('retention/mifid2-art76');
    expect((await cuts.bench.read(id)).restriction?.grounds.map((ground) => ground.id)).toEqual([
      `cut/${cutId}`,
    ]);
    await cuts.database.asOwner("update recording set retention_class = 'business-call' where id = $1", [id]);
    expect(await cuts.advance(cutId)).toMatchObject({ work: 'derive' });
  });

  test('is cut out of what an earlier cut has left, and is nothing where no packet was', async () => {
    const id = await cuts.call();
    await cuts.cutOut(id, { labels: ['10'] });
    await cuts.cutOut(id, { labels: ['10'], fromMs: 100, toMs: 200 });
    const samples = await cuts.soundOf(id, 0);
    expect(samples.slice(800, 1600).every((sample) => sample === 0)).toBe(true);
    expect(samples.slice(0, 800).some((sample) => sample !== 0)).toBe(true);
    expect((await cuts.mediaOf(id, '10')).filter(({ destroyedAt }) => destroyedAt === null)).toHaveLength(1);
    const { id: cutId } = await cuts.ask(id, { labels: ['20'], fromMs: 0, toMs: 100 });
    await cuts.approve(cutId);
    await cuts.advance(cutId);
    expect(await cuts.derive(cutId)).toEqual({ derived: 0 });
    expect(await cuts.cutOf(id)).toMatchObject({ state: 'nothing' });
  });
});

describe('a hold', () => {
  test('keeps every span: nothing can be asked for, and the answer says why', async () => {
    const id = await cuts.call();
    await placeHoldOn(cuts.bench.deps, cuts.database.tenantId, [id]);
    const refused = await cuts.officer.fetch(cutsPath(id), { method: 'POST', body: SPAN });
    expect(await readProblem(refused, 423)).toMatchObject({ code: 'held' });
  });

  test('that comes after the agreement has the cut wait, locked away, until it is gone', async () => {
    const id = await cuts.call();
    const { id: cutId } = await cuts.ask(id);
    await cuts.approve(cutId);
    await placeHoldOn(cuts.bench.deps, cuts.database.tenantId, [id]);
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'waiting' });
    expect(await cuts.derive(cutId)).toEqual({ derived: 0 });
    expect(await cuts.cutOf(id)).toMatchObject({ state: 'waiting', waitsFor: { outcome: 'RETAIN' } });
    await cuts.advance(cutId); // looked at again
    expect((await cuts.leavesOf(id)).filter(({ act }) => act === 'cut.deferred')).toHaveLength(1);
    expect((await cuts.bench.read(id)).restriction).not.toBeNull();
  });

  test('wakes what waited for it when its grace ends, and not before', async () => {
    const id = await cuts.call();
    const { id: cutId } = await cuts.ask(id);
    await cuts.approve(cutId);
    const { deps } = cuts.bench;
    const { tenantId } = cuts.database;
    const holdId = await placeHoldOn(deps, tenantId, [id], null, 'Matter of a cut');
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'waiting' });
    const told = () =>
      cuts.database.asOwner("select from outbox where topic = 'cut.changed' and payload ->> 'cutId' = $1", [
        cutId,
      ]);
    await releaseHoldOf(deps, tenantId, holdId);
    expect(await told()).toEqual([]);
    const [release] = await cuts.database.asOwner<{ matter_id: string; grace_ends_at: Date }>(
      'select matter_id, grace_ends_at from hold_release where $1 = any (hold_ids)',
      [holdId],
    );
    const { matter_id: matterId, grace_ends_at: end } = release!;
    const at = (now: Date) => ({ ...deps, now: () => now, clockOf: () => Promise.resolve(now) });
    await advanceMatter(at(new Date(end.getTime() - 1_000)))({ tenantId, matterId });
    expect(await told()).toEqual([]);
    await advanceMatter(at(end))({ tenantId, matterId });
    expect(await told()).toHaveLength(1);
    expect(await advanceCut(at(end))({ tenantId, cutId })).toMatchObject({ work: 'derive' });
  });

  test('that comes between the new part and the destruction of the old one spares it, and the old one is heard', async () => {
    const id = await cuts.call();
    const before = await cuts.soundOf(id, 0);
    const { id: cutId } = await cuts.ask(id);
    await cuts.approve(cutId);
    await cuts.advance(cutId);
    await cuts.derive(cutId);
    expect(await cuts.soundOf(id, 0)).toEqual(before); // both stand, and one is heard
    await placeHoldOn(cuts.bench.deps, cuts.database.tenantId, [id]);
    expect(await cuts.carryOut(cutId)).toBe('spared');
    expect(await cuts.soundOf(id, 0)).toEqual(before);
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'waiting' });
    await cuts.database.asOwner('delete from hold_item where recording_id = $1', [id]);
    expect(await cuts.advance(cutId)).toMatchObject({ work: 'derive' });
    expect(await cuts.derive(cutId)).toEqual({ derived: 0 }); // what was made before is used
    expect(await cuts.carryOut(cutId)).toBe('destroyed');
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'cut' });
    expect((await cuts.soundOf(id, 0)).slice(4800, 10_400).every((sample) => sample === 0)).toBe(true);
    expect((await cuts.bench.read(id)).restriction).toBeNull();
  });
});

describe('a cut is refused', () => {
  test.each([
    ['beyond the end of the recording', { toMs: 5000 }, 400],
    ['backwards', { fromMs: 900, toMs: 800 }, 400],
    ['for a line that is none', { labels: ['30'] }, 400],
    ['for a ground that is none', { ground: 'boredom' }, 400],
    ['without a reason', { reason: ' ' }, 400],
  ])('%s', async (_what, change, status) => {
    const id = await cuts.call();
    const body = { ...SPAN, ...change };
    await readProblem(cuts.officer.fetch(cutsPath(id), { method: 'POST', body }), status);
    expect((await cuts.officer.read(recordingCuts, cutsPath(id))).items).toEqual([]);
  });

  test('while the same is asked already, by whoever may only read, by whoever asked, as their own second person, and without a fresh proof', async () => {
    const id = await cuts.call();
    const cut = await cuts.ask(id);
    await readProblem(cuts.officer.fetch(cutsPath(id), { method: 'POST', body: SPAN }), 409);
    const auditor = await cuts.hub.signIn('auditor');
    await readProblem(auditor.fetch(cutsPath(id), { method: 'POST', body: SPAN }), 403);
    const own = await cuts.officer.fetch(`/api/v1/approvals/${cut.id}/approve`, { method: 'POST', body: {} });
    expect(own.status).toBe(403);
    const unproven = await cuts.hub.signIn('compliance_officer', undefined, { proven: false });
    const without = await unproven.fetch(`/api/v1/approvals/${cut.id}/approve`, { method: 'POST', body: {} });
    expect(await readProblem(without, 401)).toMatchObject({ code: 'step_up_required' });
    expect(await cuts.derive(cut.id)).toEqual({ derived: 0 });
  });

  test('by a second person behind a wall of the recording, who may still refuse', async () => {
    const id = await cuts.call();
    const cut = await cuts.ask(id);
    await cuts.database.asOwner("update recording set classification = 'hr' where id = $1", [id]);
    const agreed = await cuts.second.fetch(`/api/v1/approvals/${cut.id}/approve`, {
      method: 'POST',
      body: {},
    });
    expect((await readProblem(agreed, 403)).detail).toContain('approval/unseen-recordings');
    const refused = await cuts.second.fetch(`/api/v1/approvals/${cut.id}/refuse`, {
      method: 'POST',
      body: { reason: 'Somebody behind the wall decides.' },
    });
    expect(refused.status).toBe(200);
  });

  test('by the second person, and then nothing is touched', async () => {
    const id = await cuts.call();
    const before = await cuts.partsOf(id);
    const { id: cutId } = await cuts.ask(id);
    const body = { reason: 'No card was read out.' };
    await cuts.second.read(z.looseObject({}), `/api/v1/approvals/${cutId}/refuse`, { method: 'POST', body });
    expect(await cuts.advance(cutId)).toMatchObject({ state: 'refused', over: true });
    expect(await cuts.partsOf(id)).toEqual(before);
    expect(await cuts.cutOf(id)).toMatchObject({ state: 'refused', decidedBy: null });
  });
});

test('of a recording that is disposed of, nobody is asked any more, and nothing that people wrote is kept', async () => {
  const id = await cuts.call();
  const [decided, open] = [await cuts.cutOut(id, { labels: ['10'] }), await cuts.ask(id, { labels: ['20'] })];
  const inOrder = ({ id: a }: { id: string }, { id: b }: { id: string }): number => a.localeCompare(b);
  await cuts.inTenant((tx) => forgetPeople(tx, id)); // as its disposal does
  await cuts.database.asOwner("update recording set state = 'disposed' where id = $1", [id]);
  expect(await cuts.advance(open.id)).toMatchObject({ state: 'void', over: true });
  const about = await cuts.database.asOwner<{ id: string }>(
    `select c.id, c.reason, a.state, a.summary from recording_cut c join approval a on a.id = c.id where c.recording_id = $1`,
    [id],
  );
  const summary = 'A span of a recording that is disposed of.';
  expect(about.sort(inOrder)).toEqual([
    { id: decided.id, reason: '', state: 'approved', summary },
    { id: open.id, reason: '', state: 'withdrawn', summary },
  ]);
});

test('a line that is to be erased is not made anew without a span first', async () => {
  const id = await cuts.call();
  const { id: cutId } = await cuts.ask(id, { labels: ['10'] });
  await cuts.approve(cutId);
  await cuts.advance(cutId);
  const [line] = await cuts.mediaOf(id, '10');
  const { tenantId } = cuts.database;
  const disposalId = cuts.bench.deps.newId(new Date());
  const order = {
    tenantId,
    id: disposalId,
    recordingId: id,
    partIds: [line!.id],
    ground: 'erasure' as const,
  };
  await cuts.inTenant((tx) => askPartDisposal(tx, { ...order, now: new Date() }));
  expect(await cuts.derive(cutId)).toEqual({ derived: 0 });
  expect(await cuts.mediaOf(id, '10')).toEqual([line]);
  expect((await cuts.inTenant((tx) => readPartDisposal(tx, disposalId)))?.state).toBe('asked');
});

test('a database that is restored from before it keeps the line, locked away, until it is cut again', async () => {
  const id = await cuts.call();
  const before = await cuts.soundOf(id, 0);
  const backup = await backUp(cuts.database, cuts.bench, id);
  await cuts.cutOut(id);
  await backup.restore();
  expect(await replayRestored(cuts.bench.deps)).toMatchObject([{ tombstones: 1, lost: 0 }]);
  await cuts.database.asOwner('delete from quarantine'); // else nothing is disposed of for a day
  const { restriction } = await cuts.bench.read(id);
  expect(restriction?.grounds).toMatchObject([{ why: expect.stringContaining('Ask for the cut again.') }]);
  await readProblem(cuts.second.fetch(`/api/v1/recordings/${id}/audio`), 403);
  const [captured] = await cuts.mediaOf(id, '10');
  expect(captured?.destroyedAt).toBeNull(); // nothing of the line but this came back
  expect(await replayRestored(cuts.bench.deps, { all: true })).toEqual([]);
  await cuts.cutOut(id);
  const after = await cuts.soundOf(id, 0);
  expect([after.slice(0, 4800), after.slice(4800, 10_400).some((sample) => sample !== 0)]).toEqual([
    before.slice(0, 4800),
    false,
  ]);
  expect((await cuts.bench.read(id)).restriction).toBeNull();
});

test('whatever is run again, as after a crash, is done once', async () => {
  const id = await cuts.call();
  const { id: cutId } = await cuts.ask(id);
  await cuts.approve(cutId);
  await cuts.advance(cutId);
  await Promise.all([cuts.derive(cutId), cuts.derive(cutId)]);
  await cuts.derive(cutId);
  const objects = await Array.fromAsync(cuts.bench.deps.objects.list(''));
  const made = (await cuts.partsOf(id)).filter((part) => part.cutId === cutId);
  expect(made.map(({ label }) => label).sort()).toEqual(['10', '20']);
  expect(objects.filter(({ key }) => key.includes(id))).toHaveLength((await cuts.partsOf(id)).length);
  await cuts.carryOut(cutId);
  await cuts.advance(cutId);
  await cuts.advance(cutId);
  expect((await cuts.leavesOf(id)).filter(({ act }) => act === 'cut.ended')).toHaveLength(1);
});
