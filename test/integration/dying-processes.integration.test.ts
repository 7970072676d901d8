/** Long because each of the three lives goes through every one of its activities, in the order of its workflow. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { DisposalRef } from '../../activities/contract.ts';
import { makeActivities } from '../../activities/make-activities.ts';
import { requestExport } from '../../hub/exports/request-export.ts';
import type { Asking } from '../../hub/identity/asking.ts';
import { ON_THE_MACHINE } from '../../hub/identity/circumstances.ts';
import { submitRequest } from '../../hub/requests/decide-request.ts';
import { openRequest } from '../../hub/requests/open-request.ts';
import { verifyRequest } from '../../hub/requests/verify-request.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readRequest } from '../../recorder-core/records/subject-requests.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { verifyLedger } from '../../recorder-core/records/verify-tenant.ts';
import { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { agreeTo } from '../support/hold-through-api.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';
import { MortalProcess } from '../support/mortal-process.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { TEST_COMPLIANCE, testEvidence } from '../support/test-evidence.ts';
import { TEST_JOURNAL_SECRET } from '../support/test-key-uses.ts';
import { testWebhooks } from '../support/webhook-posting.ts';

jest.setTimeout(120_000);

let database: TestDatabase;
let bench: ActivityBench;
let mortal: MortalProcess;
let activities: ReturnType<typeof makeActivities>;
const officer = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' };

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  mortal = new MortalProcess(database.db);
  const objects = mortal.store(bench.deps.objects);
  activities = makeActivities({
    ...bench.deps,
    db: mortal.db,
    objects,
    journal: new TombstoneJournal(objects, TEST_JOURNAL_SECRET),
    pause: () => Promise.resolve(),
    evidence: testEvidence(mortal.db),
    compliance: TEST_COMPLIANCE,
    webhooks: testWebhooks(bench.deps.keys),
  });
  await inTenant((tx) => insertUser(tx, database.tenantId, officer));
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const asking = (): Asking => ({
  db: database.db,
  tenantId: database.tenantId,
  person: officer,
  now: new Date(),
  newId: bench.deps.newId,
  circumstances: ON_THE_MACHINE,
});
const actsOf = async (id: string): Promise<string[]> =>
  (await inTenant((tx) => readLeavesAbout(tx, id))).map(({ act }) => act);

/** How often a process has died. */
let deaths = 0;

/**
 * Does an activity, whose process dies at its first step, once before and once after it is done; and again, whose process dies at its
 * second step; until one gets to its end. With one death a step it is now before, now after.
 */
async function throughDeaths<T>(activity: () => Promise<T>, deathsPerStep: 1 | 2 = 2): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    mortal.begin({ at: 1 + Math.floor(turn / deathsPerStep), committed: turn % 2 === 1 });
    try {
      return await asActivity(activity);
    } catch (error) {
      if (!mortal.died) throw error;
      deaths += 1;
    } finally {
      mortal.begin();
    }
  }
}

/** A stored recording that the search knows. */
async function recorded(name?: string): Promise<string> {
  const recordingId = await bench.retain({
    packets: 5,
    ...(name !== undefined && { names: ['Ana Agent', name] }),
  });
  const ref = { tenantId: database.tenantId, recordingId };
  await bench.activities.media.enrichRecording(ref);
  await deliver(recordingId);
  return recordingId;
}
const deliver = (recordingId: string) =>
  asActivity(() =>
    bench.activities.connectors.deliverRecording({
      tenantId: database.tenantId,
      recordingId,
      connectionId: bench.searchId,
    }),
  );

/** A claim whose process died after it is met by the sweep of ten minutes later; here they have passed at once. */
async function claimThroughDeaths(recordingId: string): Promise<DisposalRef> {
  const claim = () => activities.lifecycle.claimDue({ partition: 0, partitions: 1, limit: 10 });
  expect((await throughDeaths(claim)).claimed).toEqual([]);
  await database.asOwner("update recording set claimed_at = claimed_at - interval '11 minutes'");
  const { claimed } = await asActivity(claim);
  return claimed.find((one) => one.recordingId === recordingId)!;
}

test('a disposal whose process dies at every step of every activity is done once, and leaves nothing', async () => {
  const recordingId = await recorded();
  await bench.makeDue(recordingId);
  const before = deaths;
  const due = await claimThroughDeaths(recordingId);
  const { lifecycle, connectors } = activities;
  expect(await throughDeaths(() => lifecycle.confirmDisposal(due))).toEqual({ outcome: 'confirmed' });
  await throughDeaths(() => connectors.withdrawRecording({ ...due, connectionId: bench.searchId }));
  expect(await throughDeaths(() => lifecycle.writeTombstone(due))).toEqual({ outcome: 'written' });
  await throughDeaths(() => lifecycle.evictKeys(due));
  expect(await throughDeaths(() => lifecycle.destroyKeys(due))).toEqual({ outcome: 'destroyed' });
  await throughDeaths(() => lifecycle.destroyObjects(due));
  await throughDeaths(() => lifecycle.certifyDisposal(due));
  expect(deaths - before).toBeGreaterThan(20);

  const acts = (await actsOf(recordingId)).filter((act) => !act.startsWith('delivery.'));
  expect(acts.length).toBe(new Set(acts).size);
  expect(acts.at(-1)).toBe('disposal.certified');
  const [left] = await database.asOwner(
    `select (select state from recording where id = $1) as state, (select policy_epoch from recording where id = $1) as epoch,
            (select count(*)::int from data_key k join part p on p.id = k.part_id where p.recording_id = $1) as keys,
            (select count(*)::int from tombstone where recording_id = $1 and withdrawn_at is null) as tombstones,
            (select count(*)::int from disposal_certificate where recording_id = $1) as certificates,
            (select count(*)::int from search_document where recording_id = $1 and document <> '{}') as found`,
    [recordingId],
  );
  expect(left).toEqual({ state: 'disposed', epoch: 1, keys: 0, tombstones: 1, certificates: 1, found: 0 });
  const files = await readdir(bench.objects, { recursive: true });
  expect(files.filter((file) => file.includes(`eu-central/${recordingId}/`))).toEqual([]);
});

test('an erasure whose process dies at every step of every activity takes one side, once, and is answered once', async () => {
  const name = 'Quirin Quastenberg';
  const recordingId = await recorded(name);
  const { id } = await inTenant(async (tx) =>
    openRequest(tx, asking(), await bench.deps.packs.current(tx), {
      kind: 'erasure',
      person: name,
      contact: null,
      places: ['DE'],
      identifiers: [{ kind: 'name', value: name, validFrom: null, validUntil: null }],
      source: 'console',
      receivedAt: new Date(),
    }),
  );
  await inTenant(async (tx) =>
    verifyRequest(tx, asking(), await bench.deps.packs.current(tx), id, 'document-seen'),
  );
  const ref = { tenantId: database.tenantId, requestId: id };
  const { lifecycle } = activities;
  const before = deaths;
  expect(await throughDeaths(() => lifecycle.advanceRequest(ref))).toMatchObject({ work: 'discover' });
  expect(await throughDeaths(() => lifecycle.discoverRequest(ref))).toEqual({ found: 1 });
  await inTenant((tx) => submitRequest(tx, asking(), id));
  const { approvalId } = (await inTenant((tx) => readRequest(tx, id)))!;
  expect(await throughDeaths(() => lifecycle.advanceRequest(ref))).toMatchObject({
    waitingFor: 'a second person',
  });
  await inTenant((tx) => agreeTo(bench.deps, tx, database.tenantId, approvalId!));
  expect(await throughDeaths(() => lifecycle.advanceRequest(ref))).toMatchObject({ work: 'fulfil' });
  expect((await throughDeaths(() => lifecycle.fulfilRequest(ref))).open).toBe(1);
  await destroyThroughDeaths(recordingId);
  await throughDeaths(() => lifecycle.fulfilRequest(ref));
  await deliver(recordingId);
  expect((await throughDeaths(() => lifecycle.fulfilRequest(ref))).open).toBe(0);
  expect(await throughDeaths(() => lifecycle.answerRequest(ref))).toEqual({ answered: true });
  expect(deaths - before).toBeGreaterThan(30);

  const once = (acts: readonly string[]) =>
    acts.filter((act) => !act.startsWith('delivery.') && act !== 'recording.derived');
  for (const acts of [once(await actsOf(id)), once(await actsOf(recordingId))])
    expect(acts.length).toBe(new Set(acts).size);
  const [left] = await database.asOwner(
    `select (select state from subject_request where id = $1) as state, (select person from subject_request where id = $1) as person,
            (select array_agg(state) from part_disposal where recording_id = $2) as orders,
            (select count(*)::int from party where name = $3) as named,
            (select count(*)::int from ledger_opening where value = $3) as openings,
            (select count(*)::int from part p where recording_id = $2 and (destroyed_at is null)
                <> exists (select from data_key k where k.part_id = p.id)) as wrong`,
    [id, recordingId, name],
  );
  expect(left).toEqual({
    state: 'answered',
    person: null,
    orders: ['certified'],
    named: 0,
    openings: 0,
    wrong: 0,
  });
});

/** Carries out the order about a recording, as its workflow does. */
async function destroyThroughDeaths(recordingId: string): Promise<void> {
  const [order] = await database.asOwner<{ id: string }>(
    'select id from part_disposal where recording_id = $1',
    [recordingId],
  );
  const ref = { tenantId: database.tenantId, disposalId: order!.id };
  const { lifecycle, media } = activities;
  expect(await throughDeaths(() => lifecycle.buryParts(ref))).toMatchObject({ outcome: 'written' });
  await throughDeaths(() => lifecycle.evictParts(ref));
  expect(await throughDeaths(() => lifecycle.destroyParts(ref))).toEqual({ outcome: 'destroyed' });
  await throughDeaths(() => lifecycle.destroyPartObjects(ref));
  await throughDeaths(() => lifecycle.certifyParts(ref));
  await throughDeaths(() => media.enrichRecording({ tenantId: database.tenantId, recordingId }));
}

test('an export whose process dies at every step leaves one bundle, and after its end none', async () => {
  const recipientKey = await identityToRecipient(await generateX25519Identity());
  const recordingIds = [await recorded()];
  const made = await inTenant((tx) =>
    requestExport(
      tx,
      asking(),
      { limits: { recordings: 10, bytes: 2 ** 40 }, maxDays: 30, publicUrl: 'https://hub.example' },
      {
        purpose: 'Answer to the regulator',
        matter: null,
        recipient: 'Erika Expert',
        days: 7,
        choice: { recordingIds },
        recipientKey,
      },
    ),
  );
  const ref = { tenantId: database.tenantId, exportId: made.id };
  const stored = () => readdir(join(bench.objects, 'exports', ref.tenantId, made.id)).catch(() => []);
  const before = deaths;
  expect((await throughDeaths(() => activities.media.makeExport(ref), 1)).ready).toBe(true);
  const [row] = await database.asOwner<{ key: string }>(
    'select object_key as key from export where id = $1',
    [made.id],
  );
  expect((await stored()).map((file) => row!.key.endsWith(file))).toContain(true);
  await database.asOwner("update export set expires_at = now() - interval '1 second' where id = $1", [
    made.id,
  ]);
  expect(await throughDeaths(() => activities.lifecycle.endExport(ref))).toEqual({ over: true });
  expect(deaths - before).toBeGreaterThan(10);
  expect(await stored()).toEqual([]);
  expect((await actsOf(made.id)).filter((act) => act === 'export.expired')).toHaveLength(1);
});

test('after all these deaths the ledger is whole', async () => {
  expect(deaths).toBeGreaterThan(60);
  const ledger = await verifyLedger(bench.deps, database.tenantId, testLedgerKeys, new Date());
  expect(ledger).toMatchObject({ ok: true });
});
