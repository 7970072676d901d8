import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { recordCall } from '../../../../test/support/test-recording.ts';
import { parseLeaf, type Leaf } from '../../../../recorder-core/ledger/leaf.ts';
import { insertGrant } from '../../../../recorder-core/records/access-grants.ts';
import { readLeavesAbout } from '../../../../recorder-core/records/stored-leaves.ts';
import type { Question } from '../../../access/decide.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../../../identity/circumstances.ts';
import { identify } from '../../../identity/sessions.ts';
import { ledgerPage } from '../../schemas/ledger.ts';
import { exportSummary } from '../../schemas/export.ts';
import { recordingPage } from '../../schemas/recording.ts';
import { watchSession } from '../../watch-session.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const KEY = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
let database: TestDatabase;
let hub: TestHub;
let id: string;
let other: string;
let officer: TestPerson;
let lead: TestPerson;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database, { regionHeader: 'X-Region' });
  ({ id } = await recordCall(hub, { ms: 400 }));
  other = await addRecordingRow(database.db, database.tenantId, { department: 'Support' });
  officer = await hub.signIn('compliance_officer');
  lead = await hub.signIn('supervisor');
  await change(lead, { department: 'Sales' });
});
afterAll(async () => {
  await hub.close();
  await database.close();
});
beforeEach(() => mark('Sales', null));

const mark = (department: string, classification: string | null) =>
  database.asOwner('update recording set department = $2, classification = $3 where id = $1', [
    id,
    department,
    classification,
  ]);
const change = ({ userId }: TestPerson, to: { department?: string; groups?: string[]; role?: string }) =>
  database.asOwner(
    `update app_user set department = coalesce($2, department), groups = coalesce($3, groups), role = coalesce($4, role)
      where id = $1`,
    [userId, to.department, to.groups, to.role],
  );
const play = (by: TestPerson, query = '', headers: Record<string, string> = {}) =>
  by.fetch(`/api/v1/recordings/${id}/audio${query}`, { headers });
const leaves = async (): Promise<Leaf[]> =>
  (await database.db.forTenant(database.tenantId, (tx) => readLeavesAbout(tx, id))).map(({ body }) =>
    parseLeaf(body),
  );
const newest = async (act: string) => (await leaves()).findLast((leaf) => leaf.act === act);
const idsOf = (policies: readonly { readonly id: string }[] | undefined) =>
  policies?.map((policy) => policy.id);

describe('a sales lead', () => {
  test('hears calls of sales, and the ledger names the policy, the means and the range', async () => {
    const answer = await play(lead);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect(await newest('recording.played')).toMatchObject({
      rules: ['access/supervisor/recording.play'],
      facts: { means: 'session', from: 0 },
    });
  });

  test('cannot play an HR call and is told which policy says so, and whom to ask', async () => {
    await mark('Sales', 'hr');
    const problem = await readProblem(play(lead), 403);
    expect(idsOf(problem.policies)).toEqual(['wall/hr']);
    expect(problem.detail).toMatch(/classified hr.*\(policy wall\/hr\).*Ask whoever names people/);
    expect(await newest('access.refused')).toMatchObject({
      outcome: 'refused',
      rules: ['wall/hr'],
      facts: { act: 'recording.play', means: 'session' },
    });
  });

  test('cannot play what is of another department, though nothing forbids it', async () => {
    await mark('Support', null);
    const problem = await readProblem(play(lead), 403);
    expect(problem.policies).toEqual([]);
    expect(problem.detail).toContain('access/default-deny');
  });

  test('sees in the list what they may hear, and nothing else', async () => {
    const listed = async () =>
      (await lead.read(recordingPage, '/api/v1/recordings')).items.map((one) => one.id);
    expect(await listed()).toEqual([id]);
    await mark('Sales', 'hr');
    expect(await listed()).toEqual([]);
    await change(lead, { department: 'Support' });
    expect(await listed()).toEqual([other]);
    await change(lead, { department: 'Sales' });
  });
});

describe('forwarding', () => {
  const order = { purpose: 'A complaint', recipient: 'A court', recipientKey: KEY };
  const post = (path: string, body: object) => officer.fetch(`/api/v1/${path}`, { method: 'POST', body });

  test('of what is behind a wall is refused with the policy named, and nothing is entered for it', async () => {
    await mark('Sales', 'legal');
    const problem = await readProblem(post('exports', { ...order, recordingIds: [id] }), 403);
    expect(idsOf(problem.policies)).toEqual(['wall/legal']);
    expect(await newest('access.refused')).toMatchObject({ facts: { act: 'recording.export' } });
    expect(await database.asOwner('select 1 from export')).toEqual([]);
  });

  test('by a link is refused once the recording is behind a wall, though the export was allowed', async () => {
    const made = await officer.read(exportSummary, '/api/v1/exports', {
      method: 'POST',
      body: { ...order, recordingIds: [id] },
    });
    await mark('Sales', 'legal');
    const problem = await readProblem(post(`exports/${made.id}/link`, {}), 403);
    expect(idsOf(problem.policies)).toEqual(['wall/legal']);
    await mark('Sales', null);
    expect((await post(`exports/${made.id}/link`, {})).status).toBe(200);
  });
});

describe('playback from another region', () => {
  const far = { 'X-Region': 'us-east' };

  test('is a transfer, refused without its ground', async () => {
    const problem = await readProblem(play(officer, '', far), 403);
    expect(idsOf(problem.policies)).toEqual(['residency/transfer']);
  });

  test.each([
    ['in the query', '?purpose=transfer/adequacy', far],
    ['in the header', '', { ...far, 'X-Holdfast-Purpose': 'transfer/adequacy' }],
  ])('is allowed with its ground %s, which is in the ledger', async (_where, query, headers) => {
    const answer = await play(officer, query, headers);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect(await newest('recording.played')).toMatchObject({ facts: { purpose: 'transfer/adequacy' } });
  });

  test('with a purpose that is no word is refused as such', async () => {
    await readProblem(play(officer, '', { 'X-Holdfast-Purpose': 'Because I can' }), 400);
  });
});

describe('a recording of an interception', () => {
  const search = async (by: TestPerson) =>
    (await by.read(ledgerPage, `/api/v1/ledger/leaves?objectId=${id}`)).entries.length;

  test('is not there for operators and administrators, nor are its entries in the ledger', async () => {
    const administrator = await hub.signIn('administrator');
    expect(await search(administrator)).toBeGreaterThan(0);
    await mark('Sales', 'interception');
    for (const path of ['', '/audio', '/custody', '/waveform', '/timeline']) {
      const missing = await administrator.fetch(`/api/v1/recordings/${randomUUID()}${path}`);
      const hidden = await administrator.fetch(`/api/v1/recordings/${id}${path}`);
      expect({ path, status: hidden.status, body: await hidden.json() }).toEqual({
        path,
        status: missing.status,
        body: await missing.json(),
      });
    }
    expect(await search(administrator)).toBe(0);
    const csv = await (await administrator.fetch(`/api/v1/ledger/leaves/csv?objectId=${id}`)).text();
    expect(csv.trim().split('\r\n')).toHaveLength(1);
    const { items } = await administrator.read(recordingPage, '/api/v1/recordings');
    expect(items.map((one) => one.id)).toEqual([other]);
  });

  test('is there for those who are named for it, with its entries', async () => {
    await mark('Sales', 'interception');
    const named = await hub.signIn('compliance_officer');
    await change(named, { groups: ['interception'] });
    const answer = await play(named);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect(await search(named)).toBeGreaterThan(0);
  });
});

describe('what flows', () => {
  /** Watches as a playback does; resolves once it is ended. */
  async function flowing(person: TestPerson, purpose: string | null = null) {
    const identity = await identify(database.db, person.cookie.split('=')[1] ?? '', new Date(), 'node');
    if (identity === undefined) throw new Error('The session is not known.');
    const circumstances = { ...UNKNOWN_CIRCUMSTANCES, purpose };
    const question: Question = { act: 'recording.play', object: { type: 'recording', id } };
    let over = false;
    let stop = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      stop = watchSession(hub.services, { ...identity, circumstances }, question, () => {
        over = true;
        resolve();
      });
    });
    return { ended, stop: () => stop(), isOver: () => over };
  }

  test('goes on while it is allowed', async () => {
    const [mine, others] = [await flowing(lead), await flowing(officer)];
    await mark('Support', null); // ends the lead's, and not the officer's
    await mine.ended;
    expect(others.isOver()).toBe(false);
    others.stop();
  });

  test.each<[string, (person: TestPerson) => Promise<unknown>]>([
    ['signs out', (person) => person.fetch('/api/v1/session', { method: 'DELETE' })],
    ['gets another role', (person) => change(person, { role: 'engineer' })],
    ['is kept out by a wall', () => mark('Sales', 'hr')],
    [
      'is forbidden it by a policy that is published',
      async ({ userId }) => {
        const text = `@id("own/not-this-one") @says("Not this person.")
forbid(principal == User::"${userId}", action == Action::"recording.play", resource);`;
        await database.asOwner(
          `insert into access_policy (tenant_id, version, digest, text, examples, note, state, made_by, made_at, published_by, published_at)
           values ($1, 1, repeat('0', 64), $2, '[]', 'A test', 'published', $3, now(), $4, now())`,
          [database.tenantId, text, officer.userId, lead.userId],
        );
      },
    ],
  ])('ends when its person %s', async (_what, end) => {
    const person = await hub.signIn('compliance_officer');
    const flow = await flowing(person);
    await end(person);
    await flow.ended;
  });

  test('ends with the grant that allowed it, by its time', async () => {
    await mark('Support', null);
    const person = await hub.signIn('supervisor');
    const until = new Date(Date.now() + 1_500);
    await database.db.forTenant(database.tenantId, (tx) =>
      insertGrant(tx, database.tenantId, {
        id: randomUUID(),
        kind: 'request',
        to: { user: person.userId },
        acts: ['recording.play'],
        purpose: 'complaint',
        scope: { kind: 'recordings', ids: [id] },
        fromMs: Date.now() - 1_000,
        untilMs: until.getTime(),
        reason: 'A complaint is looked into.',
        ticket: null,
        incidentId: null,
        state: 'requested',
        requestedBy: person.userId,
        requestedAt: new Date().toISOString(),
      }),
    );
    await database.asOwner("update access_grant set state = 'granted', decided_by = $1, decided_at = now()", [
      officer.userId,
    ]);
    const answer = await play(person, '?purpose=complaint');
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    expect((await newest('recording.played'))?.rules?.[0]).toMatch(/^grant\//);
    const flow = await flowing(person, 'complaint');
    await flow.ended;
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
    await readProblem(play(person, '?purpose=complaint'), 403);
  });
});
