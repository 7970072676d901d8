import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { timeline } from '../../hub/api/schemas/timeline.ts';
import { replayRestored } from '../../hub/main/restore/replay-restored.ts';
import { verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';
import { applyActions } from '../../recorder-core/records/apply-retention.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { setRetention } from '../../recorder-core/records/recording-retention.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { openPart } from '../../recorder-core/records/open-part.ts';
import {
  askPartDisposal,
  readPartDisposal,
  type PartDisposal,
} from '../../recorder-core/records/part-disposals.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import type { PartGround } from '../../recorder-core/policy/part-disposal.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readStandingTombstone } from '../../recorder-core/records/tombstones.ts';
import { decodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import { closeKeyPeriod } from '../../hub/main/close-key-period.ts';
import { disposeOf } from '../../test/support/dispose-of.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { backUp } from '../../test/support/older-backup.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';

let database: TestDatabase;
let bench: ActivityBench;
let hub: TestHub;
let officer: TestPerson;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const { keys, objects, uses, journal } = bench.deps;
  hub = await startTestHub(database, { keys, objects, uses, journal });
  officer = await hub.signIn('compliance_officer');
});
afterAll(async () => {
  await hub.close();
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: Parameters<typeof database.db.forTenant<T>>[1]): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const partsOf = (recordingId: string): Promise<Part[]> => inTenant((tx) => readParts(tx, recordingId));
const orderOf = async (id: string): Promise<PartDisposal> =>
  (await inTenant((tx) => readPartDisposal(tx, id)))!;
const actsOf = async (recordingId: string): Promise<string[]> =>
  (await inTenant((tx) => readLeavesAbout(tx, recordingId))).map(({ act }) => act);

/** A retained call of two, with its waveform. */
async function call(names?: readonly [string, string]): Promise<string> {
  const recordingId = await bench.retain(names && { names });
  await bench.activities.media.enrichRecording({ tenantId: database.tenantId, recordingId });
  return recordingId;
}

/** Orders that one line goes; answers the order. */
async function ask(recordingId: string, label: string, ground: PartGround = 'erasure') {
  const partIds = (await partsOf(recordingId)).filter((part) => part.label === label).map(({ id }) => id);
  const id = bench.deps.newId(new Date());
  const { tenantId } = database;
  await inTenant((tx) =>
    askPartDisposal(tx, { tenantId, id, recordingId, partIds, ground, now: new Date() }),
  );
  return { tenantId, disposalId: id };
}

async function carryOut(ref: { tenantId: string; disposalId: string }): Promise<'destroyed' | 'spared'> {
  const { lifecycle, media } = bench.activities;
  const { outcome, recordingId } = await lifecycle.buryParts(ref);
  if (outcome === 'spared') return 'spared';
  await lifecycle.evictParts(ref);
  if ((await lifecycle.destroyParts(ref)).outcome === 'spared') return 'spared';
  await lifecycle.destroyPartObjects(ref);
  await lifecycle.certifyParts(ref);
  await media.enrichRecording({ tenantId: ref.tenantId, recordingId });
  return 'destroyed';
}

/** The loudest sample of each channel, as the hub plays it. */
async function loudest(recordingId: string): Promise<number[]> {
  const response = await officer.fetch(`/api/v1/recordings/${recordingId}/audio`);
  expect(response.status).toBe(200);
  const wav = Buffer.from(await response.arrayBuffer());
  const channels = wav.readUInt16LE(22);
  const peaks = Array.from({ length: channels }, () => 0);
  for (let at = 44, n = 0; at + 1 < wav.length; at += 2, n += 1)
    peaks[n % channels] = Math.max(peaks[n % channels] ?? 0, Math.abs(wav.readInt16LE(at)));
  return peaks;
}

async function statementOf(recordingId: string) {
  const findings = await Array.fromAsync(
    verifyRecordings(bench.deps, database.tenantId, testLedgerKeys, new Date(), recordingId),
  );
  return findings[0];
}

describe('one side of a call that is destroyed alone', () => {
  test('is silence where it was, marked and proven, while the other side plays and verifies as before', async () => {
    const recordingId = await call();
    const before = await partsOf(recordingId);
    expect((await loudest(recordingId)).every((peak) => peak > 1000)).toBe(true);
    const ref = await ask(recordingId, '0');
    expect(await carryOut(ref)).toBe('destroyed');

    const order = await orderOf(ref.disposalId);
    const drawn = before.find(({ kind }) => kind === 'waveform')!;
    expect(order).toMatchObject({ state: 'certified', keptIds: [] });
    expect(order.partIds).toContain(drawn.id); // it showed the voice that had to go
    expect(order.evidence).toMatchObject({ objectsLeft: 0, tombstone: order.tombstoneId });
    const [one = 0, other = 0] = await loudest(recordingId);
    expect([one, other > 1000]).toEqual([0, true]);
    const shown = await officer.read(timeline, `/api/v1/recordings/${recordingId}/timeline`);
    expect(shown.channels[0]?.segments).toMatchObject([{ kind: 'gap', reason: 'destroyed', offsetMs: 0 }]);
    expect(shown.channels[0]?.destroyed).toHaveLength(1);
    expect(shown.channels[1]?.destroyed).toEqual([]);
    const wave = (await (await officer.fetch(`/api/v1/recordings/${recordingId}/waveform`)).json()) as {
      channels: { peaks: number[] }[];
    };
    expect(wave.channels.map(({ peaks }) => peaks.some((peak) => peak !== 0))).toEqual([false, true]);
    expect(await statementOf(recordingId)).toMatchObject({ ok: true });
    expect((await bench.read(recordingId)).state).toBe('retained');
    for (const part of before.filter(({ id }) => order.partIds.includes(id))) {
      await expect(openPart(bench.deps, database.tenantId, part)).rejects.toMatchObject({ code: 'gone' });
      expect(await bench.deps.objects.head(part.objectKey)).toBeUndefined();
    }
    expect(await actsOf(recordingId)).toEqual(
      expect.arrayContaining(['parts.condemned', 'tombstone.written', 'keys.destroyed', 'parts.certified']),
    );
    await carryOut(ref); // again, as after a crash
    expect((await actsOf(recordingId)).filter((act) => act === 'parts.certified')).toHaveLength(1);
  });
});

describe('a hold', () => {
  test('that is there first keeps every part, and the order says by which rule', async () => {
    const recordingId = await call();
    await placeHoldOn(bench.deps, database.tenantId, [recordingId]);
    const ref = await ask(recordingId, '0');
    expect(await carryOut(ref)).toBe('spared');
    const order = await orderOf(ref.disposalId);
    expect(order).toMatchObject({ state: 'spared', decision: { outcome: 'RETAIN' } });
    expect([...order.keptIds].sort()).toEqual(order.partIds);
    expect((await partsOf(recordingId)).every(({ destroyedAt }) => destroyedAt === null)).toBe(true);
  });

  test('that comes between tombstone and destruction wins, also over a later restore', async () => {
    const recordingId = await call();
    const ref = await ask(recordingId, '0');
    await bench.activities.lifecycle.buryParts(ref);
    const buried = await orderOf(ref.disposalId);
    const tombstone = await inTenant((tx) => readStandingTombstone(tx, buried.tombstoneId!));
    await placeHoldOn(bench.deps, database.tenantId, [recordingId]);
    expect(await bench.activities.lifecycle.destroyParts(ref)).toEqual({ outcome: 'spared' });
    expect(await bench.deps.journal.isWithdrawn(decodeTombstone(tombstone!.body))).toBe(true);
    expect((await loudest(recordingId)).every((peak) => peak > 1000)).toBe(true);
  });
});

test('a floor keeps what was captured and lets go what was derived', async () => {
  const recordingId = await call();
  await database.asOwner("update recording set retention_class = 'mifid2' where id = $1", [recordingId]);
  const parts = await partsOf(recordingId);
  const id = bench.deps.newId(new Date());
  const { tenantId } = database;
  const partIds = parts.map((part) => part.id);
  await inTenant((tx) =>
    askPartDisposal(tx, { tenantId, id, recordingId, partIds, ground: 'derived-data', now: new Date() }),
  );
  expect(await carryOut({ tenantId, disposalId: id })).toBe('destroyed');
  const order = await orderOf(id);
  expect(order.decision?.outcome).toBe('RESTRICT');
  expect([...order.keptIds].sort()).toEqual(
    parts
      .filter(({ kind }) => kind !== 'waveform')
      .map((part) => part.id)
      .sort(),
  );
  expect((await loudest(recordingId)).every((peak) => peak > 1000)).toBe(true);
});

test('what a floor keeps although its erasure was agreed to loses what was derived, once, and none is made anew', async () => {
  const recordingId = await call();
  await database.asOwner("update recording set retention_class = 'mifid2' where id = $1", [recordingId]);
  const { tenantId } = database;
  const waveforms = async () =>
    (await partsOf(recordingId)).filter(
      ({ kind, destroyedAt }) => kind === 'waveform' && destroyedAt === null,
    );
  const restrict = () =>
    inTenant(async (tx) => {
      const recording = (await readRecording(tx, recordingId))!;
      const rules = await bench.deps.packs.current(tx);
      const now = new Date();
      const decided = await decideRecording(tx, recording, now, rules, [
        { kind: 'erasure', state: 'approved' },
      ]);
      await setRetention(tx, recordingId, decided.explanation, decided.retainUntil);
      await applyActions(tx, recordingId, decided, { tenantId, now, newId: bench.deps.newId });
    });
  await restrict();
  await restrict(); // ordered already
  const orders = await database.asOwner<{ id: string; ground: string }>(
    'select id, ground from part_disposal where recording_id = $1',
    [recordingId],
  );
  expect(orders.map(({ ground }) => ground)).toEqual(['derived-data']);
  expect(await waveforms()).toHaveLength(1);
  expect(await carryOut({ tenantId, disposalId: orders[0]!.id })).toBe('destroyed');
  expect(await waveforms()).toEqual([]);
  await bench.activities.media.enrichRecording({ tenantId, recordingId });
  expect(await waveforms()).toEqual([]);
});

test('a part of another recording is refused, and nothing is ordered', async () => {
  const [one, other] = [await call(), await call()];
  const { tenantId } = database;
  const partIds = (await partsOf(other)).map(({ id }) => id);
  const order = {
    tenantId,
    id: randomUUID(),
    recordingId: one,
    partIds,
    ground: 'erasure' as const,
    now: new Date(),
  };
  await expect(inTenant((tx) => askPartDisposal(tx, order))).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await inTenant((tx) => readPartDisposal(tx, order.id))).toBeUndefined();
});

test('a database that is restored from before it destroys the parts again, and only them', async () => {
  const recordingId = await call();
  const ref = await ask(recordingId, '0');
  const backup = await backUp(database, bench, recordingId);
  await carryOut(ref);
  await backup.restore();
  expect(await replayRestored(bench.deps)).toMatchObject([{ tombstones: 1, lost: 0 }]);
  expect((await orderOf(ref.disposalId)).state).toBe('destroyed');
  await carryOut(ref);
  expect((await orderOf(ref.disposalId)).state).toBe('certified');
  expect((await bench.read(recordingId)).state).toBe('retained');
  const [one = 0, other = 0] = await loudest(recordingId);
  expect([one, other > 1000]).toEqual([0, true]);
  await database.asOwner('delete from quarantine'); // else nothing is disposed of for a day
});

test('a recording of which one side is gone can be held, and later disposed of and proven as a whole', async () => {
  const recordingId = await call();
  const ref = await ask(recordingId, '0');
  await carryOut(ref);
  await placeHoldOn(bench.deps, database.tenantId, [recordingId]); // what is left can be held
  await database.asOwner('delete from hold_item where recording_id = $1', [recordingId]);
  await disposeOf(bench, database, recordingId);
  const certificate = await inTenant((tx) => readCertificate(tx, recordingId));
  const { parts } = certificate!.evidence as { parts: { kek: string | null }[] };
  expect(parts).toHaveLength(5); // two voices, metadata, two drawings
  expect(parts.every(({ kek }) => kek !== null)).toBe(true);
  expect(await statementOf(recordingId)).toMatchObject({ ok: true });
  expect((await closeKeyPeriod(bench.deps)).waitingFor).toEqual([]);
  expect((await inTenant((tx) => readCertificate(tx, recordingId)))?.completedAt).not.toBeNull();
  expect((await orderOf(ref.disposalId)).beyondRecoveryAt).not.toBeNull();
});
