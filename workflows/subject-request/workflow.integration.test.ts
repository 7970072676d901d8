import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { advanceRequest } from '../../activities/requests/advance-request.ts';
import { answerRequest } from '../../activities/requests/answer-request.ts';
import { discoverRequest } from '../../activities/requests/discover-request.ts';
import { openRequest } from '../../hub/requests/open-request.ts';
import { submitRequest } from '../../hub/requests/decide-request.ts';
import { extendRequest, verifyRequest } from '../../hub/requests/verify-request.ts';
import { advanceSubjectRequest } from '../../hub/worker/start-subject-request.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openRulePacks, type RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { readRequest } from '../../recorder-core/records/subject-requests.ts';
import { insertUser, type User } from '../../recorder-core/records/users.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { testEvidence } from '../../test/support/test-evidence.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { fastForward, workflowClock, workflowTime } from '../../test/support/time-skipping.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { subjectRequestWorkflowId } from '../ids.ts';
import { subjectRequestStatus } from './messages.ts';
import { until } from '../../hub/processes/process-control.ts';

const DAY_MS = 86_400_000;
const ids = (at: Date) => newId(at.getTime());
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip; // it lasts months, which the server skips
const officer = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' } as User;
let database: TestDatabase;
let temporal: WorkflowTest;
let packs: RulePacks;

beforeAll(async () => {
  [database, temporal, packs] = await Promise.all([openTestDatabase(), openWorkflowTest(), openRulePacks()]);
  await inTenant((tx) => insertUser(tx, database.tenantId, officer));
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(async () => {
  await temporal.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const refOf = (requestId: string) => ({ tenantId: database.tenantId, requestId });
const handleOf = (requestId: string) =>
  temporal.client.workflow.getHandle(subjectRequestWorkflowId({ requestId }));
const actsOf = async (id: string) => (await inTenant((tx) => readLeavesAbout(tx, id))).map(({ act }) => act);
const askingAt = (now: Date) => ({
  db: database.db,
  tenantId: database.tenantId,
  person: officer,
  now,
  newId: ids,
});

/** What the real activities work with: the time of the workflow, which the database is given as well. */
const real = () => ({ db: database.db, packs, now: workflowTime, newId: ids, clockOf: workflowClock });

/** Workers with the real activities, whose clock is that of the workflow; `work` is called before each of them. */
async function work(
  change: ConstructorParameters<typeof ScriptedActivities>[0] = {},
): Promise<ScriptedActivities> {
  const deps = { ...real(), evidence: testEvidence(database.db) };
  const script = new ScriptedActivities({
    advanceRequest: advanceRequest(deps),
    discoverRequest: discoverRequest(deps),
    answerRequest: answerRequest(deps),
    ...change,
  });
  await temporal.startWorkers(script.byKind);
  return script;
}

async function open(places: readonly string[]): Promise<string> {
  const now = new Date();
  const { id } = await inTenant(async (tx) =>
    openRequest(tx, askingAt(now), await packs.current(tx), {
      kind: 'access',
      person: 'Petra Person',
      contact: null,
      places,
      identifiers: [{ kind: 'name', value: 'Petra Person', validFrom: null, validUntil: null }],
      source: 'console',
      receivedAt: now,
    }),
  );
  await advanceSubjectRequest(temporal.client, refOf(id));
  await advanceSubjectRequest(temporal.client, refOf(id)); // the message came twice
  return id;
}

async function waitsFor(id: string, what: string): Promise<void> {
  const handle = handleOf(id);
  const waits = async () => (await handle.query(subjectRequestStatus)).waitingFor === what;
  await until(waits, 45_000, `the request to wait for ${what}`);
}

describeHere('a request over its whole life', () => {
  test('reminds of its clock, is prolonged once, overdue and never given up, and is answered in the end', async () => {
    const script = await work();
    const id = await open(['DE']);
    await waitsFor(id, 'proof of who asks');
    await inTenant(async (tx) =>
      verifyRequest(tx, askingAt(new Date()), await packs.current(tx), id, 'document-seen'),
    );
    await advanceSubjectRequest(temporal.client, refOf(id));
    await waitsFor(id, 'a decision about what was found');
    const first = (await inTenant((tx) => readRequest(tx, id)))!.dueAt!;
    await inTenant(async (tx) =>
      extendRequest(tx, askingAt(new Date()), await packs.current(tx), id, 'Many calls.'),
    );
    await expect(
      inTenant(async (tx) => extendRequest(tx, askingAt(new Date()), await packs.current(tx), id, 'Again.')),
    ).rejects.toMatchObject({ code: 'conflict' });
    await advanceSubjectRequest(temporal.client, refOf(id));
    await fastForward(temporal, handleOf(id), 110 * DAY_MS);
    await waitsFor(id, 'a decision about what was found');
    const late = (await inTenant((tx) => readRequest(tx, id)))!;
    expect(Date.parse(late.dueAt!) - Date.parse(first)).toBeGreaterThan(50 * DAY_MS);
    expect(late).toMatchObject({ state: 'reviewing', reminders: 3 });
    await inTenant((tx) => submitRequest(tx, askingAt(new Date()), id));
    await advanceSubjectRequest(temporal.client, refOf(id));
    expect(await handleOf(id).result()).toMatchObject({ state: 'answered' });
    expect((await actsOf(id)).filter((act) => act === 'request.reminded')).toHaveLength(3);
    expect((await actsOf(id)).at(-1)).toBe('request.answered');
    expect(script.names).toContain('discoverRequest');
    await keepHistory(handleOf(id), 'subject-request-answered');
  }, 120_000);

  test('expires where nobody ever says who asks: in California when the clock is over, which no wait stops', async () => {
    await work();
    const id = await open(['US-CA']);
    await waitsFor(id, 'proof of who asks');
    await fastForward(temporal, handleOf(id), 60 * DAY_MS).catch(() => undefined); // it ends on the way
    expect(await handleOf(id).result()).toMatchObject({ state: 'expired' });
    const { endedAt, receivedAt } = (await inTenant((tx) => readRequest(tx, id)))!;
    const days = (Date.parse(endedAt!) - Date.parse(receivedAt)) / DAY_MS;
    expect(days).toBeGreaterThan(44);
    expect(days).toBeLessThan(47);
    await keepHistory(handleOf(id), 'subject-request-expired');
  }, 120_000);

  test('goes on after its worker was killed at each step, and answers once', async () => {
    const dead = new Set<string>();
    const dying = <I extends { requestId: string }, T>(name: string, run: (input: I) => Promise<T>) => {
      return async (input: I): Promise<T> => {
        const done = await run(input);
        if (dead.has(name)) return done;
        dead.add(name);
        throw new Error('The worker died after its commit.');
      };
    };
    const deps = { ...real(), evidence: testEvidence(database.db) };
    await work({
      advanceRequest: dying('advance', advanceRequest(deps)),
      discoverRequest: dying('discover', discoverRequest(deps)),
      fulfilRequest: dying('fulfil', async () => ({ open: 0, waitingFor: [] })),
      answerRequest: dying('answer', answerRequest(deps)),
    });
    const id = await open(['DE']);
    await waitsFor(id, 'proof of who asks');
    await inTenant(async (tx) =>
      verifyRequest(tx, askingAt(new Date()), await packs.current(tx), id, 'account-login'),
    );
    await advanceSubjectRequest(temporal.client, refOf(id));
    await waitsFor(id, 'a decision about what was found');
    await inTenant((tx) => submitRequest(tx, askingAt(new Date()), id));
    await advanceSubjectRequest(temporal.client, refOf(id));
    expect(await handleOf(id).result()).toMatchObject({ state: 'answered' });
    expect([...dead].sort()).toEqual(['advance', 'answer', 'discover', 'fulfil']);
    const acts = await actsOf(id);
    for (const act of ['request.searched', 'request.answered'])
      expect(acts.filter((one) => one === act)).toHaveLength(1);
  }, 120_000);
});
