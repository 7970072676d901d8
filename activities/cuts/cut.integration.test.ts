import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { recordingCut, recordingCuts, type RecordingCut } from '../../hub/api/schemas/cut.ts';
import { timeline } from '../../hub/api/schemas/timeline.ts';
import { replayRestored } from '../../hub/main/restore/replay-restored.ts';
import { openBundleBench, type BundleBench } from '../../test/support/bundle-bench.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { backUp } from '../../test/support/older-backup.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { openSpokenCall } from '../../test/support/spoken-lines.ts';
import { pressKey, say } from '../../test/support/spoken-packets.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readPacketLog } from '../../recorder-core/media/packet-log-reader.ts';
import { askPartDisposal, readPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { forgetPeople } from '../../recorder-core/records/disposals.ts';
import { openPart, streamPart } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let database: TestDatabase;
let bench: ActivityBench;
let hub: TestHub;
let bundles: BundleBench;
let officer: TestPerson;
let second: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const { keys, objects, uses, journal } = bench.deps;
  hub = await startTestHub(database, { keys, objects, uses, journal });
  bundles = await openBundleBench({ database, bench });
  officer = await hub.signIn('compliance_officer');
  second = await hub.signIn('administrator');
});
afterAll(async () => {
  await hub.close();
  await bench.close();
  await database.close();
});

/** The packets of a log, as they came. */
async function packetsOf(log: Buffer): Promise<Buffer[]> {
  const entries = await Array.fromAsync(readPacketLog(once(log)));
  return entries.flatMap((entry) => (entry.kind === 'rtp' ? [entry.bytes] : []));
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

const inTenant = <T>(work: Parameters<typeof database.db.forTenant<T>>[1]): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const partsOf = (id: string): Promise<Part[]> => inTenant((tx) => readParts(tx, id));
const mediaOf = async (id: string, label: string): Promise<Part[]> =>
  (await partsOf(id)).filter((part) => part.kind === 'media' && part.label === label);
const leavesOf = async (id: string) =>
  (await inTenant((tx) => readLeavesAbout(tx, id))).map(({ body }) => parseLeaf(body));

/** Two seconds: party 10 speaks throughout and presses a key at 1.2 s, party 20 speaks as well. */
async function call(retentionClass?: string): Promise<string> {
  const spoken = await openSpokenCall(hub, ['10', '20']);
  await say(spoken, '10', { fromMs: 0, toMs: 1200 });
  await pressKey(spoken, '10', { code: 7, fromMs: 0, atMs: 1200 });
  await say(spoken, '20', { fromMs: 1220, toMs: 2000 });
  spoken.setTime(2000);
  const { id } = await spoken.finish();
  if (retentionClass !== undefined)
    await database.asOwner('update recording set retention_class = $2 where id = $1', [id, retentionClass]);
  await bench.activities.media.enrichRecording({ tenantId: database.tenantId, recordingId: id });
  return id;
}

const SPAN = { fromMs: 600, toMs: 1300, ground: 'card-data', reason: 'The card was read out.' };
const pathOf = (id: string): string => `/api/v1/recordings/${id}/cuts`;
const ask = (id: string, change: object = {}): Promise<RecordingCut> =>
  officer.read(recordingCut, pathOf(id), { method: 'POST', body: { ...SPAN, ...change } });
const approve = async (cutId: string): Promise<void> => {
  await second.read(z.looseObject({}), `/api/v1/approvals/${cutId}/approve`, { method: 'POST', body: {} });
};
const cutOf = async (id: string): Promise<RecordingCut> =>
  (await officer.read(recordingCuts, pathOf(id))).items.at(-1)!;
const refOf = (cutId: string) => ({ tenantId: database.tenantId, cutId });
const advance = (cutId: string) => bench.activities.lifecycle.advanceCut(refOf(cutId));
const derive = (cutId: string) => bench.activities.media.deriveCut(refOf(cutId));

/** What the workflow of the order to destroy the old parts does. */
async function carryOut(cutId: string): Promise<string> {
  const rows = await database.asOwner<{ disposal_id: string }>(
    'select disposal_id from recording_cut where id = $1',
    [cutId],
  );
  const ref = { tenantId: database.tenantId, disposalId: rows[0]!.disposal_id };
  const { lifecycle, media } = bench.activities;
  const { outcome, recordingId } = await lifecycle.buryParts(ref);
  if (outcome === 'spared') return outcome;
  await lifecycle.evictParts(ref);
  const { outcome: ended } = await lifecycle.destroyParts(ref);
  if (ended === 'spared') return ended;
  await lifecycle.destroyPartObjects(ref);
  await lifecycle.certifyParts(ref);
  await media.enrichRecording({ tenantId: ref.tenantId, recordingId });
  return ended;
}

/** All that happens to a cut once it was agreed to. */
async function cutOut(id: string, change: object = {}): Promise<RecordingCut> {
  const { id: cutId } = await ask(id, change);
  await approve(cutId);
  expect(await advance(cutId)).toMatchObject({ work: 'derive', over: false });
  await derive(cutId);
  expect(await advance(cutId)).toMatchObject({ state: 'derived', work: 'wait' });
  expect(await carryOut(cutId)).toBe('destroyed');
  expect(await advance(cutId)).toMatchObject({ state: 'cut', over: true });
  return cutOf(id);
}

/** The samples of one channel, as the hub plays them. */
async function soundOf(id: string, channel: number): Promise<number[]> {
  const response = await officer.fetch(`/api/v1/recordings/${id}/audio`);
  expect(response.status).toBe(200);
  const wav = Buffer.from(await response.arrayBuffer());
  const channels = wav.readUInt16LE(22);
  const samples: number[] = [];
  for (let at = 44 + 2 * channel; at + 1 < wav.length; at += 2 * channels) samples.push(wav.readInt16LE(at));
  return samples;
}

describe('a span that two people want out of a recording', () => {
  test('is silent on its line and gone from every store, and all the rest sounds and verifies as before', async () => {
    const id = await call();
    const [before, other] = [await soundOf(id, 0), await soundOf(id, 1)];
    const [captured] = await mediaOf(id, '10');
    const cut = await cutOut(id, { labels: ['10'] });
    expect(cut).toMatchObject({ state: 'cut', labels: ['10'], waitsFor: null, ground: 'card-data' });
    expect([cut.askedBy.id, cut.decidedBy?.id]).toEqual([officer.userId, second.userId]);

    const after = await soundOf(id, 0);
    expect(before.slice(4800, 9600).some((sample) => sample !== 0)).toBe(true);
    expect(after.slice(4800, 10_400).every((sample) => sample === 0)).toBe(true);
    expect([after.slice(0, 4800), after.slice(10_400)]).toEqual([
      before.slice(0, 4800),
      before.slice(10_400),
    ]);
    expect(await soundOf(id, 1)).toEqual(other);

    const shown = await officer.read(timeline, `/api/v1/recordings/${id}/timeline`);
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

    await expect(openPart(bench.deps, database.tenantId, captured!)).rejects.toMatchObject({ code: 'gone' });
    expect(await bench.deps.objects.head(captured!.objectKey)).toBeUndefined();
    const statements = verifyRecordings(bench.deps, database.tenantId, testLedgerKeys, new Date(), id);
    const found = await Array.fromAsync(statements);
    expect(found).toMatchObject([{ ok: true }]);
  });

  test('stands in the log: from which content which was made, what was cut, and who agreed', async () => {
    const id = await call();
    const cut = await cutOut(id, { labels: ['10'] });
    const media = await mediaOf(id, '10');
    const [captured] = media.filter(({ replaces }) => replaces === null);
    const [without] = media.filter(({ replaces }) => replaces === captured?.id);
    expect(without).toMatchObject({ version: 2, cutId: cut.id, destroyedAt: null });
    const leaves = await leavesOf(id);
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
    const bytes = Buffer.concat(await Array.fromAsync(streamPart(bench.deps, database.tenantId, without!)));
    expect(bytes.subarray(0, 5)).toEqual(Buffer.from('HFPL\x03'));
  });

  test('is named by the offline verifier, which recomputes from the bundle what was kept, and refuses it put back', async () => {
    const id = await call();
    const older = await bundles.make([id]); // from before the cut
    const cut = await cutOut(id, { labels: ['10'] });
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
    const [captured, without] = await mediaOf(id, '10');
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
    const id = await call('mifid2');
    await cutOut(id, { labels: ['10'] });
    const [, without] = await mediaOf(id, '10');
    expect(without?.destroyedAt).toBeNull();
    const { id: cutId } = await ask(id, { ground: 'beyond-purpose', fromMs: 100, toMs: 200, labels: ['10'] });
    await approve(cutId);
    expect(await advance(cutId)).toMatchObject({ state: 'waiting', work: 'wait' });
    expect((await cutOf(id)).waitsFor?.rules.map((rule) => rule.id)).toContain('retention/mifid2-art76');
    expect((await bench.read(id)).restriction?.grounds.map((ground) => ground.id)).toEqual([`cut/${cutId}`]);
    await database.asOwner("update recording set retention_class = 'business-call' where id = $1", [id]);
    expect(await advance(cutId)).toMatchObject({ work: 'derive' });
  });

  test('is cut out of what an earlier cut has left, and is nothing where no packet was', async () => {
    const id = await call();
    await cutOut(id, { labels: ['10'] });
    await cutOut(id, { labels: ['10'], fromMs: 100, toMs: 200 });
    const samples = await soundOf(id, 0);
    expect(samples.slice(800, 1600).every((sample) => sample === 0)).toBe(true);
    expect(samples.slice(0, 800).some((sample) => sample !== 0)).toBe(true);
    expect((await mediaOf(id, '10')).filter(({ destroyedAt }) => destroyedAt === null)).toHaveLength(1);
    const { id: cutId } = await ask(id, { labels: ['20'], fromMs: 0, toMs: 100 });
    await approve(cutId);
    await advance(cutId);
    expect(await derive(cutId)).toEqual({ derived: 0 });
    expect(await cutOf(id)).toMatchObject({ state: 'nothing' });
  });
});

describe('a hold', () => {
  test('keeps every span: nothing can be asked for, and the answer says why', async () => {
    const id = await call();
    await placeHoldOn(bench.deps, database.tenantId, [id]);
    const refused = await officer.fetch(pathOf(id), { method: 'POST', body: SPAN });
    expect(await readProblem(refused, 423)).toMatchObject({ code: 'held' });
  });

  test('that comes after the agreement has the cut wait, locked away, until it is gone', async () => {
    const id = await call();
    const { id: cutId } = await ask(id);
    await approve(cutId);
    await placeHoldOn(bench.deps, database.tenantId, [id]);
    expect(await advance(cutId)).toMatchObject({ state: 'waiting' });
    expect(await derive(cutId)).toEqual({ derived: 0 });
    expect(await cutOf(id)).toMatchObject({ state: 'waiting', waitsFor: { outcome: 'RETAIN' } });
    await advance(cutId); // looked at again
    expect((await leavesOf(id)).filter(({ act }) => act === 'cut.deferred')).toHaveLength(1);
    expect((await bench.read(id)).restriction).not.toBeNull();
  });

  test('that comes between the new part and the destruction of the old one spares it, and the old one is heard', async () => {
    const id = await call();
    const before = await soundOf(id, 0);
    const { id: cutId } = await ask(id);
    await approve(cutId);
    await advance(cutId);
    await derive(cutId);
    expect(await soundOf(id, 0)).toEqual(before); // both stand, and one is heard
    await placeHoldOn(bench.deps, database.tenantId, [id]);
    expect(await carryOut(cutId)).toBe('spared');
    expect(await soundOf(id, 0)).toEqual(before);
    expect(await advance(cutId)).toMatchObject({ state: 'waiting' });
    await database.asOwner('delete from hold_item where recording_id = $1', [id]);
    expect(await advance(cutId)).toMatchObject({ work: 'derive' });
    expect(await derive(cutId)).toEqual({ derived: 0 }); // what was made before is used
    expect(await carryOut(cutId)).toBe('destroyed');
    expect(await advance(cutId)).toMatchObject({ state: 'cut' });
    expect((await soundOf(id, 0)).slice(4800, 10_400).every((sample) => sample === 0)).toBe(true);
    expect((await bench.read(id)).restriction).toBeNull();
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
    const id = await call();
    const body = { ...SPAN, ...change };
    await readProblem(officer.fetch(pathOf(id), { method: 'POST', body }), status);
    expect((await officer.read(recordingCuts, pathOf(id))).items).toEqual([]);
  });

  test('while the same is asked already, by whoever may only read, by whoever asked, as their own second person, and without a fresh proof', async () => {
    const id = await call();
    const cut = await ask(id);
    await readProblem(officer.fetch(pathOf(id), { method: 'POST', body: SPAN }), 409);
    const auditor = await hub.signIn('auditor');
    await readProblem(auditor.fetch(pathOf(id), { method: 'POST', body: SPAN }), 403);
    const own = await officer.fetch(`/api/v1/approvals/${cut.id}/approve`, { method: 'POST', body: {} });
    expect(own.status).toBe(403);
    const unproven = await hub.signIn('compliance_officer', undefined, { proven: false });
    const without = await unproven.fetch(`/api/v1/approvals/${cut.id}/approve`, { method: 'POST', body: {} });
    expect(await readProblem(without, 401)).toMatchObject({ code: 'step_up_required' });
    expect(await derive(cut.id)).toEqual({ derived: 0 });
  });

  test('by the second person, and then nothing is touched', async () => {
    const id = await call();
    const before = await partsOf(id);
    const { id: cutId } = await ask(id);
    const body = { reason: 'No card was read out.' };
    await second.read(z.looseObject({}), `/api/v1/approvals/${cutId}/refuse`, { method: 'POST', body });
    expect(await advance(cutId)).toMatchObject({ state: 'refused', over: true });
    expect(await partsOf(id)).toEqual(before);
    expect(await cutOf(id)).toMatchObject({ state: 'refused', decidedBy: null });
  });
});

test('of a recording that is disposed of, nobody is asked any more, and nothing that people wrote is kept', async () => {
  const id = await call();
  const [decided, open] = [await cutOut(id, { labels: ['10'] }), await ask(id, { labels: ['20'] })];
  const inOrder = ({ id: a }: { id: string }, { id: b }: { id: string }): number => a.localeCompare(b);
  await inTenant((tx) => forgetPeople(tx, id)); // as its disposal does
  await database.asOwner("update recording set state = 'disposed' where id = $1", [id]);
  expect(await advance(open.id)).toMatchObject({ state: 'void', over: true });
  const about = await database.asOwner<{ id: string }>(
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
  const id = await call();
  const { id: cutId } = await ask(id, { labels: ['10'] });
  await approve(cutId);
  await advance(cutId);
  const [line] = await mediaOf(id, '10');
  const { tenantId } = database;
  const disposalId = bench.deps.newId(new Date());
  const order = {
    tenantId,
    id: disposalId,
    recordingId: id,
    partIds: [line!.id],
    ground: 'erasure' as const,
  };
  await inTenant((tx) => askPartDisposal(tx, { ...order, now: new Date() }));
  expect(await derive(cutId)).toEqual({ derived: 0 });
  expect(await mediaOf(id, '10')).toEqual([line]);
  expect((await inTenant((tx) => readPartDisposal(tx, disposalId)))?.state).toBe('asked');
});

test('a database that is restored from before it keeps the line, locked away, until it is cut again', async () => {
  const id = await call();
  const before = await soundOf(id, 0);
  const backup = await backUp(database, bench, id);
  await cutOut(id);
  await backup.restore();
  expect(await replayRestored(bench.deps)).toMatchObject([{ tombstones: 1, lost: 0 }]);
  await database.asOwner('delete from quarantine'); // else nothing is disposed of for a day
  const { restriction } = await bench.read(id);
  expect(restriction?.grounds).toMatchObject([{ why: expect.stringContaining('Ask for the cut again.') }]);
  await readProblem(second.fetch(`/api/v1/recordings/${id}/audio`), 403);
  const [captured] = await mediaOf(id, '10');
  expect(captured?.destroyedAt).toBeNull(); // nothing of the line but this came back
  expect(await replayRestored(bench.deps, { all: true })).toEqual([]);
  await cutOut(id);
  const after = await soundOf(id, 0);
  expect([after.slice(0, 4800), after.slice(4800, 10_400).some((sample) => sample !== 0)]).toEqual([
    before.slice(0, 4800),
    false,
  ]);
  expect((await bench.read(id)).restriction).toBeNull();
});

test('whatever is run again, as after a crash, is done once', async () => {
  const id = await call();
  const { id: cutId } = await ask(id);
  await approve(cutId);
  await advance(cutId);
  await Promise.all([derive(cutId), derive(cutId)]);
  await derive(cutId);
  const objects = await Array.fromAsync(bench.deps.objects.list(''));
  const made = (await partsOf(id)).filter((part) => part.cutId === cutId);
  expect(made.map(({ label }) => label).sort()).toEqual(['10', '20']);
  expect(objects.filter(({ key }) => key.includes(id))).toHaveLength((await partsOf(id)).length);
  await carryOut(cutId);
  await advance(cutId);
  await advance(cutId);
  expect((await leavesOf(id)).filter(({ act }) => act === 'cut.ended')).toHaveLength(1);
});
