import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startConsentChange } from '../../hub/worker/start-consent-change.ts';
import { settleConsentConflict } from '../../hub/worker/settle-consent-conflict.ts';
import type { RunningWorkers } from '../../hub/worker/run-workers.ts';
import { endApproval } from '../../recorder-core/records/ask-approval.ts';
import { lockApproval } from '../../recorder-core/records/approvals.ts';
import {
  askConsentChange,
  listChangeItems,
  readConsentChange,
  type ConsentChangeItem,
  type NewConsentChange,
} from '../../recorder-core/records/consent-changes.ts';
import { listEvidence } from '../../recorder-core/records/consent-evidence.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { consentChangeWorkflowId } from '../ids.ts';
import type { consentChange } from './workflow.ts';

let database: TestDatabase;
let bench: ActivityBench;
let temporal: WorkflowTest;
let workers: RunningWorkers | undefined;
let numbers = 0;
const officer = { id: randomUUID(), name: 'Olga Officer' };

beforeAll(async () => {
  [database, temporal] = await Promise.all([openTestDatabase(), openWorkflowTest()]);
  bench = await openActivityBench(database);
  await inTenant((tx) => insertUser(tx, database.tenantId, { ...officer, role: 'compliance_officer' }));
}, 300_000);
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
});
afterAll(async () => {
  await temporal.close();
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const number = (): string => `+49301239${String(1000 + numbers++)}`;
const PACKETS = 3;

/** A stored call of an agent with this number; its rules allow that it goes, unless a floor has it `kept`. */
async function call(customer: string, { kept = false, retained = true } = {}): Promise<string> {
  const options = { addresses: ['+49301234560', customer] as const, packets: PACKETS };
  const recordingId = retained ? await bench.retain(options) : await bench.capture(options);
  if (kept)
    await database.asOwner("update recording set retention_class = 'mifid2' where id = $1", [recordingId]);
  else if (retained) await bench.makeDue(recordingId);
  return recordingId;
}

function withdrawal(change: Partial<NewConsentChange>): NewConsentChange {
  return {
    id: bench.deps.newId(new Date()),
    kind: 'withdrawn',
    effect: 'erase',
    purpose: null,
    recordingId: null,
    partyOrdinals: null,
    saidAt: new Date().toISOString(),
    source: 'api',
    reason: 'They called and said so.',
    ...change,
  };
}

async function ask(change: NewConsentChange): Promise<string> {
  const { tenantId } = database;
  const changing = { tenantId, now: new Date(), newId: bench.deps.newId };
  await inTenant((tx) => askConsentChange(tx, change, changing));
  await inTenant((tx) => askConsentChange(tx, change, changing)); // asked twice
  return change.id;
}

/** Runs the workflow with the real activities, started twice, to its end. */
async function run(changeId: string, script: ConstructorParameters<typeof ScriptedActivities>[0] = {}) {
  const { tellLiveCalls, applyConsentPage, endConsentChange } = bench.activities.lifecycle;
  const real = new ScriptedActivities({ tellLiveCalls, applyConsentPage, endConsentChange, ...script });
  workers ??= await temporal.startWorkers(real.byKind);
  const ref = { tenantId: database.tenantId, changeId };
  await startConsentChange(temporal.client, ref);
  await startConsentChange(temporal.client, ref);
  const handle = temporal.client.workflow.getHandle<typeof consentChange>(consentChangeWorkflowId(ref));
  const result = await handle.result();
  return { handle, result, script: real };
}

const itemsOf = async (changeId: string): Promise<Record<string, ConsentChangeItem>> =>
  Object.fromEntries(
    (await inTenant((tx) => listChangeItems(tx, { changeId }, 100))).map((item) => [item.recordingId, item]),
  );

describe('a withdrawal', () => {
  test('is carried out on each recording of the party as far as the law lets it, and says which', async () => {
    const customer = number();
    const [free, kept, held, foreign] = [
      await call(customer),
      await call(customer, { kept: true }),
      await call(customer),
      await call(number()),
    ];
    await placeHoldOn(bench.deps, database.tenantId, [held]);
    const changeId = await ask(withdrawal({ address: `tel:${customer}` }));
    const { handle, result } = await run(changeId);
    expect(result).toEqual({ applied: 3 });
    const items = await itemsOf(changeId);
    expect(items[free]).toMatchObject({ action: 'side-destroyed' });
    expect(items[held]).toMatchObject({
      action: 'restricted',
      rules: expect.arrayContaining(['precedence/hold']),
    });
    expect(items[kept]).toMatchObject({ action: 'restricted', keptUntil: expect.any(String) });
    expect(items[foreign]).toBeUndefined();
    const order = await inTenant((tx) => readPartDisposal(tx, items[free]?.partDisposalId ?? ''));
    expect(order).toMatchObject({ ground: 'consent-withdrawn', recordingId: free, state: 'asked' });
    expect(order?.partIds).toHaveLength(1);
    expect((await bench.read(held)).restriction?.grounds.map(({ id }) => id)).toEqual([
      `consent-change/${changeId}`,
    ]);
    expect((await bench.read(foreign)).restriction).toBeNull();
    // The address is gone, and neither a workflow id nor a leaf has it.
    expect(await inTenant((tx) => readConsentChange(tx, changeId))).toMatchObject({
      state: 'done',
      address: null,
    });
    const leaves = await inTenant((tx) => readLeavesAbout(tx, free));
    expect(leaves.map(({ act }) => act)).toEqual(
      expect.arrayContaining(['consent.noted', 'consent.applied']),
    );
    expect(JSON.stringify(leaves)).not.toContain(customer.slice(1));
    expect(await inTenant((tx) => listEvidence(tx, free))).toMatchObject([
      { kind: 'withdrawn', partyOrdinals: [1], source: 'change' },
    ]);
    await keepHistory(handle, 'consent-change-withdrawn');
  }, 120_000);

  test('only restricts where that was asked, and an assent afterwards takes the lock away', async () => {
    const customer = number();
    const recordingId = await call(customer);
    const changeId = await ask(withdrawal({ address: customer, effect: 'restrict' }));
    await run(changeId);
    expect((await itemsOf(changeId))[recordingId]).toMatchObject({ action: 'restricted' });
    const assent = await ask(withdrawal({ address: customer, kind: 'assented' }));
    await run(assent);
    expect((await itemsOf(assent))[recordingId]).toMatchObject({ action: 'lifted' });
    expect((await bench.read(recordingId)).restriction).toBeNull();
  }, 120_000);

  test('wins over an assent that is older, however late that is heard of', async () => {
    const customer = number();
    const recordingId = await call(customer);
    const saidAt = new Date(Date.now() - 60_000).toISOString();
    const changeId = await ask(withdrawal({ address: customer, effect: 'restrict' }));
    await run(changeId);
    const late = await ask(withdrawal({ address: customer, kind: 'assented', saidAt }));
    await run(late);
    expect((await itemsOf(late))[recordingId]).toMatchObject({ action: 'noted' });
    expect((await bench.read(recordingId)).restriction).not.toBeNull();
  }, 120_000);

  test('reaches a recording that is entered only afterwards, and not one from when the number was another’s', async () => {
    const customer = number();
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const changeId = await ask(withdrawal({ address: customer, addressFrom: from }));
    await run(changeId);
    const later = await call(customer, { retained: false });
    expect((await bench.read(later)).restriction?.grounds.map(({ id }) => id)).toEqual([
      `consent-change/${changeId}`,
    ]);
    const reassigned = await ask(withdrawal({ address: number(), addressTo: from, effect: 'restrict' }));
    expect((await run(reassigned)).result).toEqual({ applied: 0 });
  }, 120_000);

  test('disposes of the whole where one side cannot be told from the other', async () => {
    const recordingId = await call(number());
    const changeId = await ask(withdrawal({ recordingId }));
    await run(changeId);
    expect((await itemsOf(changeId))[recordingId]).toMatchObject({ action: 'disposal-due' });
    const { retainUntil, retention } = await bench.read(recordingId);
    expect(retention?.outcome).toBe('DISPOSE');
    expect(Date.parse(retainUntil ?? '')).toBeLessThanOrEqual(Date.now());
  }, 120_000);

  test('goes on where a worker was killed in the middle, and does nothing twice', async () => {
    const customer = number();
    const [first, second] = [await call(customer), await call(customer)];
    const changeId = await ask(withdrawal({ address: customer, effect: 'restrict' }));
    const real = bench.activities.lifecycle.applyConsentPage;
    let tries = 0;
    const { result, script } = await run(changeId, {
      // The work is committed, and its answer lost with the worker.
      applyConsentPage: async (input) => {
        const done = await real(input);
        if ((tries += 1) === 1) throw new Error('the worker is gone');
        return done;
      },
    });
    expect(result).toEqual({ applied: 2 });
    expect(script.names.filter((name) => name === 'applyConsentPage')).toHaveLength(2);
    for (const recordingId of [first, second]) {
      const acts = (await inTenant((tx) => readLeavesAbout(tx, recordingId))).map(({ act }) => act);
      expect(acts.filter((act) => act === 'consent.applied')).toHaveLength(1);
      expect(acts.filter((act) => act === 'recording.restricted')).toHaveLength(1);
    }
  }, 120_000);
});

test('pages follow each other, and calls in progress are told first', async () => {
  const pages = ['a', 'b', null];
  const script = new ScriptedActivities({
    applyConsentPage: async () => ({ next: pages.shift() ?? null, applied: 25 }),
  });
  workers = await temporal.startWorkers(script.byKind);
  const ref = { tenantId: randomUUID(), changeId: randomUUID() };
  await startConsentChange(temporal.client, ref);
  const handle = temporal.client.workflow.getHandle<typeof consentChange>(consentChangeWorkflowId(ref));
  expect(await handle.result()).toEqual({ applied: 75 });
  expect(script.names).toEqual([
    'tellLiveCalls',
    'applyConsentPage',
    'applyConsentPage',
    'applyConsentPage',
    'endConsentChange',
  ]);
  await keepHistory(handle, 'consent-change-pages');
}, 60_000);

describe('a conflict of laws that a person decides', () => {
  test.each([
    ['approve', 'lifted', 0],
    ['expire', 'disposal-due', 2],
  ] as const)(
    'locks the recording; %s: %s',
    async (event, action, grounds) => {
      const recordingId = await bench.retain({
        packets: PACKETS,
        addresses: ['+49301234560', '+14155550123'],
        consent: {
          crossBorder: 'person',
          residency: { region: 'eu-central', regions: [{ id: 'us', jurisdiction: 'US' }] },
          rules: () => ({
            pack: bench.deps.packs.bundled,
            policyVersion: 1,
            policy: {
              format: 'holdfast-tenant-policy/1',
              consent: [],
              retention: [],
              residency: [{ id: 'tenant/de-at-home', party: 'DE', store: ['DE'] }],
              classes: [],
              holidays: {},
            },
          }),
        },
      });
      expect((await bench.read(recordingId)).restriction).toMatchObject({ purposes: [] });
      await bench.makeDue(recordingId);
      const { tenantId } = database;
      const [row] = await database.asOwner<{ id: string }>(
        "select id from approval where subject_id = $1 and kind = 'consent-conflict'",
        [recordingId],
      );
      const approvalId = row!.id;
      await inTenant(async (tx) => {
        const found = await lockApproval(tx, approvalId);
        await endApproval(tx, found!, event, {
          tenantId,
          now: new Date(),
          newId: bench.deps.newId,
          ...(event === 'approve' && { by: officer, rule: 'role/compliance_officer' }),
        });
      });
      const ended = { approvalId, tenantId, kind: 'consent-conflict', subjectId: recordingId } as const;
      const outcome = event === 'approve' ? 'approved' : 'expired';
      await settleConsentConflict(undefined, { ...ended, outcome }, database.db);
      await settleConsentConflict(undefined, { ...ended, outcome }, database.db);
      await run(approvalId);
      expect((await itemsOf(approvalId))[recordingId]).toMatchObject({ action });
      expect((await bench.read(recordingId)).restriction?.grounds ?? []).toHaveLength(grounds);
    },
    120_000,
  );
});
