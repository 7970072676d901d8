import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { decideApproval } from '../../hub/approvals/decide-approval.ts';
import { certificateDetail } from '../../hub/api/schemas/disposal.ts';
import { requestDetail, requestSummary } from '../../hub/api/schemas/request.ts';
import { letterPdf } from '../../hub/requests/letter.ts';
import { openRequest, type RequestWish } from '../../hub/requests/open-request.ts';
import { verifyLedger } from '../../recorder-core/records/verify-tenant.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { readExport } from '../../recorder-core/records/exports.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import { requestsOnRecordings } from '../../recorder-core/records/request-items.ts';
import { readRequestReceipts } from '../../recorder-core/records/request-receipts.ts';
import { readRequest } from '../../recorder-core/records/subject-requests.ts';
import type { User } from '../../recorder-core/records/users.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { finishDisposal } from '../../test/support/dispose-of.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { testLedgerKeys } from '../../test/support/ledger-key.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { ON_THE_MACHINE } from '../../hub/identity/circumstances.ts';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
let database: TestDatabase;
let bench: ActivityBench;
let hub: TestHub;
let officer: TestPerson;
let second: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const { keys, objects, uses, journal } = bench.deps;
  hub = await startTestHub(database, { keys, objects, uses, journal });
  [officer, second] = [await hub.signIn('compliance_officer'), await hub.signIn('compliance_officer')];
});
afterAll(async () => {
  await hub.close();
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const refOf = (requestId: string) => ({ tenantId: database.tenantId, requestId });
const post = (person: TestPerson, path: string, body: object = {}) =>
  person.fetch(`/api/v1/requests${path}`, { method: 'POST', body });
const read = (id: string) => officer.read(requestDetail, `/api/v1/requests/${id}`);
const receiptsOf = async (id: string) =>
  new Map((await read(id)).receipts.map((one) => [`${one.recordingId} ${one.store}`, one.outcome]));

/** A retained call of an agent with a person of this name, in the search. */
async function call(name: string): Promise<string> {
  const recordingId = await bench.retain({ names: ['Ana Agent', name] });
  const ref = { tenantId: database.tenantId, recordingId };
  await bench.activities.media.enrichRecording(ref);
  await asActivity(() =>
    bench.activities.connectors.deliverRecording({ ...ref, connectionId: bench.searchId }),
  );
  return recordingId;
}

async function open(kind: string, name: string, more: object = {}): Promise<string> {
  const body = { kind, person: name, places: ['DE'], identifiers: [{ kind: 'name', value: name }], ...more };
  const { id } = await officer.read(requestSummary, '/api/v1/requests', { method: 'POST', body });
  return id;
}

/** Verified and searched, so that it waits for its review. */
async function reviewed(kind: string, name: string): Promise<string> {
  const id = await open(kind, name);
  await officer.read(requestDetail, `/api/v1/requests/${id}/verify`, {
    method: 'POST',
    body: { evidence: 'document-seen' },
  });
  const { lifecycle } = bench.activities;
  expect(await lifecycle.advanceRequest(refOf(id))).toMatchObject({ work: 'discover' });
  await lifecycle.discoverRequest(refOf(id));
  expect(await lifecycle.advanceRequest(refOf(id))).toMatchObject({ state: 'reviewing' });
  return id;
}

/** Submitted, agreed to by a second person where one is needed, and begun. */
async function agreed(id: string): Promise<void> {
  const { approvalId } = await officer.read(requestDetail, `/api/v1/requests/${id}/submit`, {
    method: 'POST',
    body: {},
  });
  if (approvalId !== null) {
    const person: User = { id: second.userId, name: second.name, role: 'compliance_officer' } as User;
    const asking = {
      db: database.db,
      tenantId: database.tenantId,
      person,
      now: new Date(),
      newId: bench.deps.newId,
      circumstances: ON_THE_MACHINE,
    };
    await inTenant((tx) => decideApproval(tx, asking, approvalId, { verb: 'approve', remark: null }));
  }
  expect(await bench.activities.lifecycle.advanceRequest(refOf(id))).toMatchObject({ work: 'fulfil' });
}

/** Carries out every part disposal that waits, as its workflow does. */
async function destroyParts(): Promise<void> {
  const { lifecycle } = bench.activities;
  for (const { id } of await database.asOwner<{ id: string }>(
    "select id from part_disposal where state = 'asked'",
  )) {
    const ref = { tenantId: database.tenantId, disposalId: id };
    if ((await lifecycle.buryParts(ref)).outcome === 'spared') continue;
    await lifecycle.evictParts(ref);
    if ((await lifecycle.destroyParts(ref)).outcome === 'spared') continue;
    await lifecycle.destroyPartObjects(ref);
    await lifecycle.certifyParts(ref);
  }
}

describe('an erasure', () => {
  test('takes one side of a call, says so for each store, and proves afterwards what it no longer knows', async () => {
    const name = 'Quirin Quastenberg';
    const recordingId = await call(name);
    const id = await reviewed('erasure', name);
    expect((await read(id)).items).toMatchObject([{ recordingId, decision: 'erase-side', others: true }]);
    await agreed(id);
    const { lifecycle } = bench.activities;
    expect((await lifecycle.fulfilRequest(refOf(id))).open).toBe(1);
    await destroyParts();
    expect(await lifecycle.fulfilRequest(refOf(id))).toMatchObject({ open: 1 }); // connections are told
    await asActivity(() =>
      bench.activities.connectors.deliverRecording({
        tenantId: database.tenantId,
        recordingId,
        connectionId: bench.searchId,
      }),
    );
    expect((await lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    expect(await lifecycle.answerRequest(refOf(id))).toEqual({ answered: true });
    expect(await lifecycle.answerRequest(refOf(id))).toEqual({ answered: true }); // again, as after a crash

    const shown = await read(id);
    expect(shown).toMatchObject({ state: 'answered', person: null, identifiers: [{ value: null }] });
    expect(shown.identifiers[0]?.digest).toHaveLength(64);
    const receipts = await receiptsOf(id);
    expect(receipts.get(`${recordingId} objects`)).toBe('erased');
    expect(receipts.get(`${recordingId} database`)).toBe('erased');
    expect(receipts.get(`${recordingId} backups`)).toBe('retained');
    expect(receipts.get(`${id} ledger`)).toBe('erased');
    const parties = await inTenant((tx) => readParties(tx, [recordingId]));
    expect(parties.map((party) => party.name)).toEqual(['Ana Agent', null]);
    const [document] = await database.asOwner<{ words: string }>(
      'select words from search_document where recording_id = $1',
      [recordingId],
    );
    expect(document?.words).not.toContain('quastenberg');
    const left = await database.asOwner("select from ledger_opening where value = 'Quirin Quastenberg'");
    expect(left).toEqual([]);
    expect(await verifyLedger(bench.deps, database.tenantId, testLedgerKeys, new Date())).toMatchObject({
      ok: true,
    });
    const request = (await inTenant((tx) => readRequest(tx, id)))!;
    const pdf = await letterPdf(request, await inTenant((tx) => readRequestReceipts(tx, id)), new Date());
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const served = await officer.fetch(`/api/v1/requests/${id}/letter`);
    expect([served.status, served.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(
      Buffer.from(await served.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await readProblem((await hub.signIn('engineer')).fetch(`/api/v1/requests/${id}/letter`), 403);
    await readProblem(officer.fetch(`/api/v1/requests/${randomUUID()}/letter`), 404);
  });

  test('of whole recordings goes by the ordinary disposal, and a floor restricts instead, until when it says', async () => {
    const name = 'Wilhelmine Wolkenstein';
    const [gone, floored] = [await call(name), await call(name)];
    await database.asOwner("update recording set retention_class = 'mifid2' where id = $1", [floored]);
    const id = await reviewed('erasure', name);
    const decisions = [gone, floored].map((recordingId) => ({ recordingId, decision: 'erase' }));
    await officer.read(requestDetail, `/api/v1/requests/${id}/decisions`, {
      method: 'POST',
      body: { decisions },
    });
    await agreed(id);
    const { lifecycle } = bench.activities;
    expect(await lifecycle.fulfilRequest(refOf(id))).toEqual({
      open: 1,
      waitingFor: ['the next sweep of what is due'],
    });
    await finishDisposal(bench, database, gone);
    expect((await lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    const certificate = await officer.read(certificateDetail, `/api/v1/disposals/certificates/${gone}`);
    expect(certificate.evidence).toMatchObject({ liveKeys: 0, objectsLeft: 0 });
    const [leaf] = await database.asOwner<{ body: Buffer }>('select body from ledger_leaf where index = $1', [
      certificate.ledgerIndex,
    ]);
    expect(leaf!.body.toString()).toContain(certificate.digest);
    await lifecycle.answerRequest(refOf(id));
    const { receipts, answer } = await read(id);
    const of = (recordingId: string, store: string) =>
      receipts.find((one) => one.recordingId === recordingId && one.store === store);
    expect(of(gone, 'objects')).toMatchObject({ outcome: 'erased', checked: true });
    expect(of(floored, 'objects')).toMatchObject({ outcome: 'restricted' });
    expect(of(floored, 'objects')?.ground).toContain('retention/mifid2-art76');
    expect(of(floored, 'objects')?.until).not.toBeNull();
    expect(answer).toMatchObject({ counts: { restricted: 2 } });
    expect((await bench.read(floored)).restriction).not.toBeNull();
  });

  test('waits behind a hold, which the receipt names, and is not done before a second person agrees', async () => {
    const name = 'Hanna Halt';
    const recordingId = await call(name);
    await placeHoldOn(bench.deps, database.tenantId, [recordingId]);
    const id = await reviewed('erasure', name);
    await officer.read(requestDetail, `/api/v1/requests/${id}/submit`, { method: 'POST', body: {} });
    expect(await bench.activities.lifecycle.advanceRequest(refOf(id))).toMatchObject({
      state: 'approving',
      waitingFor: 'a second person',
    });
    expect(await bench.activities.lifecycle.fulfilRequest(refOf(id))).toMatchObject({ open: 0 });
    const { approvalId } = await read(id);
    const person = { id: second.userId, name: second.name, role: 'compliance_officer' } as User;
    const asking = {
      db: database.db,
      tenantId: database.tenantId,
      person,
      now: new Date(),
      newId: bench.deps.newId,
      circumstances: ON_THE_MACHINE,
    };
    await inTenant((tx) => decideApproval(tx, asking, approvalId!, { verb: 'approve', remark: null }));
    await bench.activities.lifecycle.advanceRequest(refOf(id));
    await bench.activities.lifecycle.fulfilRequest(refOf(id));
    await destroyParts();
    expect((await bench.activities.lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    expect((await receiptsOf(id)).get(`${recordingId} objects`)).toBe('retained');
    expect((await read(id)).receipts[0]?.ground).toContain('precedence/hold');
  });

  test('does not hang on a connection that was switched off, and says that it failed there', async () => {
    const name = 'Olaf Off';
    const recordingId = await call(name);
    const id = await reviewed('erasure', name);
    await agreed(id);
    const { lifecycle } = bench.activities;
    await lifecycle.fulfilRequest(refOf(id));
    await destroyParts();
    await database.asOwner("update connection set state = 'paused' where id = $1", [bench.searchId]);
    await lifecycle.fulfilRequest(refOf(id));
    expect((await lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    await database.asOwner("update connection set state = 'live' where id = $1", [bench.searchId]);
    const failed = (await read(id)).receipts.filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([
      { recordingId, detail: expect.stringContaining('switched off') as unknown },
    ]);
  });
});

describe('a request', () => {
  test("keeps its evidence from its receipt on, also a recording that comes later, and only while the number was the person's", async () => {
    const name = 'Petra Pending';
    const validFrom = new Date(Date.now() - DAY_MS).toISOString();
    const id = await open('access', name, { identifiers: [{ kind: 'name', value: name, validFrom }] });
    const later = await call(name);
    await bench.makeDue(later); // from a year ago: it was not the person's then
    const requests = () => inTenant((tx) => requestsOnRecordings(tx, [later]));
    expect((await requests()).size).toBe(0);
    const mine = await call(name);
    const found = await inTenant((tx) => requestsOnRecordings(tx, [mine]));
    expect(found.get(mine)).toMatchObject([{ id, kind: 'access', state: 'received' }]);
    const decided = await inTenant(async (tx) =>
      decideRecording(
        tx,
        await bench.read(mine),
        new Date(Date.now() + 300 * DAY_MS),
        await bench.deps.packs.current(tx),
      ),
    );
    expect(decided.decision.decision).toBe('DEFER');
    await post(officer, `/${id}/withdraw`, { reason: 'Taken back by telephone.' });
    expect((await inTenant((tx) => requestsOnRecordings(tx, [mine]))).size).toBe(0);
  });

  test('is refused weak proof, a decision that does not fit and a refusal without a ground, each with what to do', async () => {
    const name = 'Ulla Unsure';
    await call(name);
    const id = await open('access', name);
    const weak = await readProblem(post(officer, `/${id}/verify`, { evidence: 'known-address' }), 400);
    expect(weak.detail).toContain('document-seen');
    await readProblem(post(officer, `/${id}/submit`), 409);
    await post(officer, `/${id}/verify`, { evidence: 'account-login' });
    await bench.activities.lifecycle.discoverRequest(refOf(id));
    const { items } = await read(id);
    const recordingId = items[0]!.recordingId;
    await readProblem(
      post(officer, `/${id}/decisions`, { decisions: [{ recordingId, decision: 'erase' }] }),
      400,
    );
    await readProblem(
      post(officer, `/${id}/decisions`, { decisions: [{ recordingId, decision: 'withhold' }] }),
      400,
    );
    const decisions = [{ recordingId, decision: 'withhold', ground: 'GDPR 15(4)' }];
    await officer.read(requestDetail, `/api/v1/requests/${id}/decisions`, {
      method: 'POST',
      body: { decisions },
    });
    await agreed(id);
    expect((await bench.activities.lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    await bench.activities.lifecycle.answerRequest(refOf(id));
    expect((await read(id)).receipts).toMatchObject([{ outcome: 'retained', ground: 'GDPR 15(4)' }]);
    expect((await read(id)).person).toBe(name); // nobody was erased
  });

  test('for access gives the side of the person, the whole only with a ground, and says which it was', async () => {
    const name = 'Ada Access';
    const recordingId = await call(name);
    const mixed = await call(`${name}`);
    const id = await reviewed('access', name);
    const proposals = (await read(id)).items.map(({ decision }) => decision);
    expect(proposals).toEqual(['give-side', 'give-side']);
    const decide = (body: object) => post(officer, `/${id}/decisions`, { decisions: [body] });
    await readProblem(decide({ recordingId: mixed, decision: 'give' }), 400);
    expect(
      (await decide({ recordingId: mixed, decision: 'give', ground: 'The agent has agreed.' })).status,
    ).toBe(200);
    await agreed(id);
    const recipientKey = await identityToRecipient(await generateIdentity());
    const { exportId } = await officer.read(requestDetail, `/api/v1/requests/${id}/copy`, {
      method: 'POST',
      body: { recipientKey, days: 7 },
    });
    const made = await inTenant((tx) => readExport(tx, exportId!));
    const parties = await inTenant((tx) => readParties(tx, [recordingId]));
    const own = parties.find((party) => party.name === name)!.label!;
    expect(made!.lines).toEqual({ [recordingId]: [own] });
    await database.asOwner(
      "update export set state = 'ready', object_key = 'x', size = 1, sha256 = decode(repeat('00', 32), 'hex'), ready_at = now() where id = $1",
      [exportId],
    );
    expect((await bench.activities.lifecycle.fulfilRequest(refOf(id))).open).toBe(0);
    const details = (await read(id)).receipts.map((receipt) => [
      receipt.recordingId,
      receipt.outcome,
      receipt.detail,
    ]);
    expect(details).toEqual([
      [recordingId, 'given', `export ${exportId}, own side`],
      [mixed, 'given', `export ${exportId}, whole`],
    ]);
  });

  test('that comes twice names the first, and one that an event told twice is opened once', async () => {
    const first = await open('access', 'Doris Double');
    const again = await open('access', 'Doris Double');
    expect((await read(again)).duplicateOf).toBe(first);
    const wish: RequestWish = {
      id: randomUUID(),
      kind: 'opt-out',
      person: 'Erna Event',
      contact: null,
      places: [],
      identifiers: [{ kind: 'number', value: '+49 30 555', validFrom: null, validUntil: null }],
      source: 'event',
      receivedAt: new Date(),
    };
    const opening = { tenantId: database.tenantId, person: null, now: new Date(), newId: bench.deps.newId };
    for (let times = 0; times < 2; times += 1)
      await inTenant(async (tx) => openRequest(tx, opening, await bench.deps.packs.current(tx), wish));
    expect((await read(wish.id!)).history.map(({ act }) => act)).toEqual(['request.received']);
  });
});
