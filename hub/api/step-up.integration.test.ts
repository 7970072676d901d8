import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import {
  readProblem,
  setProof,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../test/support/test-hub.ts';

let database: TestDatabase;
let hub: TestHub;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterEach(() => {
  hub.setNow(undefined);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const NOON = new Date('2026-11-16T12:00:00.000Z');
const unproven = (role: string): Promise<TestPerson> =>
  hub.signIn(role, database.tenantId, { proven: false });
const post = (person: TestPerson, path: string, body: object): Promise<Response> =>
  person.fetch(`/api/v1/${path}`, { method: 'POST', body });

describe('an act that cannot be undone', () => {
  test('is challenged as RFC 9470 says where the session has no fresh proof, and nothing is changed', async () => {
    const person = await unproven('administrator');
    const answer = await post(person, 'ledger/keys/rotate', { reason: 'A yearly change.' });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="This act asks for a fresh proof that you are present", ' +
        'max_age=300, acr_values="https://holdfast.example/acr/presence"',
    );
    expect(await readProblem(answer, 401)).toMatchObject({ code: 'step_up_required' });
    const rotated = await database.asOwner('select 1 from ledger_leaf where act = $1', ['key.rotated']);
    expect(rotated).toEqual([]);
  });

  test('goes through with a proof of five minutes, and not a millisecond later', async () => {
    const person = await hub.signIn('administrator');
    await setProof(database, person.userId, NOON);
    hub.setNow(new Date(NOON.getTime() + 300_000));
    expect((await post(person, 'recorders/nowhere/drain', { reason: 'A test.' })).status).not.toBe(401);
    hub.setNow(new Date(NOON.getTime() + 300_001));
    await readProblem(post(person, 'recorders/nowhere/drain', { reason: 'A test.' }), 401);
  });

  test('is refused for its role first: a proof would not help', async () => {
    const auditor = await unproven('auditor');
    expect(await readProblem(post(auditor, 'ledger/keys/rotate', { reason: 'A test.' }), 403)).toMatchObject({
      code: 'forbidden',
    });
  });

  test('needs none where it records on, or only reads', async () => {
    const person = await unproven('administrator');
    expect((await post(person, 'recorders/nowhere/undrain', { reason: 'A test.' })).status).not.toBe(401);
    expect((await person.fetch('/api/v1/ledger/keys')).status).toBe(200);
  });

  test('is refused to machines, which have no presence, in the same words', async () => {
    const administrator = await hub.signIn('administrator');
    const made = await post(administrator, 'service-accounts', { name: 'Drainer', purpose: 'Drains' });
    const { id } = (await made.json()) as { id: string };
    const body = { name: 'nightly', scope: ['recorder.undrain'], days: 30 };
    const issued = await post(administrator, `service-accounts/${id}/tokens`, body);
    const { token } = (await issued.json()) as { token: string };
    // Tokens for such an act are not made; one that has it all the same gains nothing.
    await database.asOwner("update service_credential set scope = '{recorder.drain,recorder.undrain}'");
    const ask = (verb: string) =>
      hub.fetch(`/api/v1/recorders/nowhere/${verb}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: { reason: 'A test.' },
      });
    const refused = await ask('drain');
    expect(refused.headers.get('WWW-Authenticate')).toContain('insufficient_user_authentication');
    expect(await readProblem(refused, 401)).toMatchObject({ code: 'step_up_required' });
    expect((await ask('undrain')).status).not.toBe(401);
    const path = '/api/v1/step-up/finish';
    const headers = { Authorization: `Bearer ${token}` };
    const proof = { method: 'totp', code: '000000' };
    await readProblem(hub.fetch(path, { method: 'POST', headers, body: proof }), 403);
  });

  test('asks whoever agrees to it as a second person, and nobody who refuses it', async () => {
    const officer = await unproven('compliance_officer');
    const auditor = await unproven('auditor');
    const id = await askRelease();
    await readProblem(post(auditor, `approvals/${id}/approve`, {}), 403);
    expect(await readProblem(post(officer, `approvals/${id}/approve`, {}), 401)).toMatchObject({
      code: 'step_up_required',
    });
    expect((await post(officer, `approvals/${id}/refuse`, { reason: 'Not yet.' })).status).toBe(200);
    const again = await askRelease();
    await setProof(database, officer.userId, hub.services.now());
    expect((await post(officer, `approvals/${again}/approve`, {})).status).toBe(200);
  });
});

async function askRelease(): Promise<string> {
  const now = hub.services.now();
  const id = randomUUID();
  await database.db.forTenant(database.tenantId, (tx) =>
    askApproval(tx, {
      tenantId: database.tenantId,
      id,
      kind: 'hold-release',
      subject: { type: 'hold', id: randomUUID() },
      act: 'hold.release',
      requestedBy: null,
      summary: 'Releases the hold of matter M-1.',
      facts: {},
      dueAt: new Date(now.getTime() + 86_400_000),
      now,
      newId: hub.services.newId,
    }),
  );
  return id;
}
