import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import type { LiveCall } from '../../recorder-core/capture/recorder-control.ts';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { openDatabaseProxy, type DatabaseProxy } from '../../test/support/database-proxy.ts';
import { alertOf, liveCallOf, liveStreamOf, ScriptedRecorder } from '../../test/support/scripted-recorder.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { tokenOfService } from '../../test/support/token-of-service.ts';
import { liveCall, recorderAlert, recorderCommand, recorderNode } from '../api/schemas/live.ts';
import { until } from '../processes/process-control.ts';
import { sequenceTenant } from '../../recorder-core/records/sequence-leaves.ts';
import { RecorderPresence } from './recorder-presence.ts';

jest.setTimeout(60_000); // databases are made

const WAIT_MS = 15_000;
const nodes = z.object({ items: z.array(recorderNode) });
const calls = z.object({ items: z.array(liveCall) });
const alerts = z.object({ items: z.array(recorderAlert) });
let database: TestDatabase;
let proxy: DatabaseProxy;
let db: Database;
let hub: TestHub;
let officer: TestPerson;
let engineer: TestPerson;
let recorder: ScriptedRecorder;
let presence: RecorderPresence;
let lacks: 'disk' | 'keys' | undefined;
let node: string;
let first: string;
let second: string;

beforeAll(async () => {
  database = await openTestDatabase();
  proxy = await openDatabaseProxy(database.appUrl);
  db = openDatabase(proxy.url);
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  engineer = await hub.signIn('engineer');
});
beforeEach(() => {
  recorder = new ScriptedRecorder();
  node = `node-${randomUUID().slice(0, 8)}`;
  [first, second] = [newId(Date.now()), newId(Date.now())];
  recorder.set(liveCallOf(first), liveCallOf(second, { dialect: null, transport: 'udp' }));
  presence = openPresence();
  presence.start();
});
afterEach(async () => {
  proxy.mend();
  await presence.stop();
  await database.asOwner('delete from live_call');
});
afterAll(async () => {
  await db.close();
  await proxy.close();
  await hub.close();
  await database.close();
});

function openPresence(): RecorderPresence {
  return new RecorderPresence({
    db,
    tenantId: database.tenantId,
    node,
    region: 'eu-central',
    version: '1.2.3',
    capacity: 500,
    control: recorder,
    state: () => (recorder.draining ? 'draining' : 'taking'),
    lacks: () => lacks,
    now: () => new Date(),
    newId: (at) => newId(at.getTime()),
    onHeartbeat: () => undefined,
    onCommand: () => undefined,
    onFault: () => undefined,
    heartbeatMs: 200,
  });
}

const nodeNow = async () =>
  (await officer.read(nodes, '/api/v1/recorders')).items.find((item) => item.node === node);
const callNow = async (id: string) =>
  (await officer.read(calls, '/api/v1/live-calls')).items.find(({ recordingId }) => recordingId === id);
const alertsOf = async (id: string) =>
  (await officer.read(alerts, '/api/v1/alerts?limit=500')).items.filter((item) => item.recordingId === id);
const seen = (id: string): Promise<void> =>
  until(async () => (await callNow(id)) !== undefined, WAIT_MS, 'the call to be seen');
const ask = (path: string, person = officer) =>
  person.fetch(`/api/v1${path}`, { method: 'POST', body: { reason: 'A card number is read out.' } });

async function settled(response: Response): Promise<z.output<typeof recorderCommand>> {
  expect(response.status).toBe(202);
  const { id } = recorderCommand.parse(await response.json());
  let command: z.output<typeof recorderCommand> | undefined;
  await until(
    async () => {
      command = await officer.read(recorderCommand, `/api/v1/recorder-commands/${id}`);
      return command.settledAt !== null;
    },
    WAIT_MS,
    'the command to be settled',
  );
  return command!;
}

async function leavesAbout(objectId: string) {
  await sequenceTenant(database.db, database.tenantId);
  return database.asOwner<{ act: string; facts: Record<string, unknown>; outcome: string }>(
    `select act, convert_from(body, 'utf8')::jsonb -> 'facts' as facts,
            convert_from(body, 'utf8')::jsonb ->> 'outcome' as outcome
       from ledger_leaf where object_id = $1 order by index`,
    [objectId],
  );
}

/** As if the node had not beaten for so long; its own heartbeats must have stopped. */
async function silence(seconds: number): Promise<void> {
  await database.asOwner(
    'update recorder_node set state = $2, heartbeat_at = now() - make_interval(secs => $3) where node = $1',
    [node, 'taking', seconds],
  );
}

describe('a recorder that runs', () => {
  test('is listed with its calls and their quality, and no name or number', async () => {
    await seen(second);
    expect(await nodeNow()).toMatchObject({ state: 'taking', calls: 2, capacity: 500, version: '1.2.3' });
    const call = await callNow(first);
    expect(call).toMatchObject({ node, state: 'recording', dialect: 'oracle', transport: 'tls', alerts: [] });
    expect(call!.streams).toEqual([
      { ...liveStreamOf('1'), jitterMs: 1.23 },
      { ...liveStreamOf('2', { port: 16_386 }), jitterMs: 1.23 },
    ]);
  });

  test('shows a call no longer once it has ended, and nothing once it was stopped', async () => {
    await seen(second);
    recorder.set(liveCallOf(second));
    await until(async () => (await callNow(first)) === undefined, WAIT_MS, 'the ended call to go');
    await presence.stop();
    expect(await callNow(second)).toBeUndefined();
    expect(await nodeNow()).toMatchObject({ state: 'down', calls: 0 });
  });

  test('says with its heartbeat what it lacks, and no more once it has it', async () => {
    const told = async (wanted: string | null) =>
      (
        await database.asOwner<{ lacks: string | null }>('select lacks from recorder_node where node = $1', [
          node,
        ])
      )[0]?.lacks === wanted;
    lacks = 'disk';
    await until(() => told('disk'), WAIT_MS, 'the want of disk to be told');
    lacks = undefined;
    await until(() => told(null), WAIT_MS, 'its end to be told');
  });

  test('is not believed once it is silent: its calls are unknown and nothing is asked of it', async () => {
    await seen(first);
    await presence.stop();
    await database.asOwner(
      `insert into live_call select tenant_id, $2, node, 'recording', now(), null, 'udp', '[]', '[]'
         from recorder_node where node = $1`,
      [node, first],
    );
    await silence(20);
    expect(await nodeNow()).toMatchObject({ state: 'silent' });
    expect(await callNow(first)).toMatchObject({ state: 'unknown' });
    expect(await readProblem(ask(`/live-calls/${first}/pause`), 503)).toMatchObject({ code: 'unavailable' });
    await readProblem(ask(`/recorders/${node}/drain`, engineer), 503);
    expect(await leavesAbout(first)).toEqual([]);
  });

  test('comes back by itself after its database was away, with what happened meanwhile', async () => {
    await seen(first);
    proxy.cut();
    recorder.set(liveCallOf(second, { state: 'paused' }));
    presence.noteAlert(second, alertOf('dead-stream', 'raised', '1'));
    await silence(20);
    expect(await nodeNow()).toMatchObject({ state: 'silent' });
    proxy.mend();
    await until(async () => (await nodeNow())?.state === 'taking', WAIT_MS, 'the heartbeat to come back');
    expect(await callNow(second)).toMatchObject({ state: 'paused' });
    expect(await callNow(first)).toBeUndefined();
    expect(await alertsOf(second)).toMatchObject([{ kind: 'dead-stream', label: '1', clearedAt: null }]);
  });
});

describe('what is asked about a call', () => {
  test('is done by its recorder, with the reason, and both asking and answer are leaves of the recording', async () => {
    await seen(first);
    expect(await settled(await ask(`/live-calls/${first}/pause`))).toMatchObject({
      verb: 'pause',
      recordingId: first,
      node,
      state: 'done',
      answer: null,
    });
    expect(recorder.told).toEqual([`pause ${first}: A card number is read out.`]);
    await until(async () => (await callNow(first))?.state === 'paused', WAIT_MS, 'the pause to show');
    expect((await settled(await ask(`/live-calls/${first}/resume`))).state).toBe('done');
    expect((await settled(await ask(`/live-calls/${first}/snapshot`))).state).toBe('done');
    expect((await settled(await ask(`/live-calls/${first}/end`))).state).toBe('done');
    expect((await leavesAbout(first)).map(({ act, facts }) => `${act} ${String(facts['verb'])}`)).toEqual(
      ['pause', 'resume', 'snapshot', 'end'].flatMap((verb) => [
        `command.asked ${verb}`,
        `command.answered ${verb}`,
      ]),
    );
  });

  test('can be that a circumstance begins or ends, which its leaves name', async () => {
    await seen(first);
    const tell = (body: object, person = officer) =>
      person.fetch(`/api/v1/live-calls/${first}/circumstances`, { method: 'POST', body });
    const card = { circumstance: 'payment-card', reason: 'The caller pays.' };
    expect((await settled(await tell({ ...card, state: 'begins' }))).verb).toBe('circumstance');
    expect((await settled(await tell({ ...card, state: 'ends' }))).state).toBe('done');
    expect(recorder.told).toEqual([
      `circumstance ${first}: payment-card begins by api`,
      `circumstance ${first}: payment-card ends by api`,
    ]);
    expect((await leavesAbout(first)).map(({ facts }) => [facts['circumstance'], facts['state']])).toEqual([
      ['payment-card', 'begins'],
      ['payment-card', 'begins'],
      ['payment-card', 'ends'],
      ['payment-card', 'ends'],
    ]);
    await readProblem(tell({ ...card, state: 'begins' }, await hub.signIn('auditor')), 403);
    const unknown = tell({ ...card, circumstance: 'rain', state: 'begins' });
    expect(await readProblem(unknown, 400)).toMatchObject({ field: '/body/circumstance' });
    expect(recorder.told).toHaveLength(2);
  });

  test('begins by the word of a person with a fresh proof, or of a system, and ends by anybody who may change consent', async () => {
    await seen(first);
    const path = `/api/v1/live-calls/${first}/circumstances`;
    const said = (state: 'begins' | 'ends') => ({
      circumstance: 'payment-card',
      state,
      reason: 'The caller pays.',
    });
    const stale = await hub.signIn('compliance_officer');
    await database.asOwner('update session set stepped_up_at = null where user_id = $1', [stale.userId]);
    const tell = (state: 'begins' | 'ends') => stale.fetch(path, { method: 'POST', body: said(state) });
    const refused = await readProblem(tell('begins'), 401);
    expect(refused.code).toBe('step_up_required');
    expect(recorder.told).toEqual([]);
    expect((await settled(await tell('ends'))).state).toBe('done');
    const token = await tokenOfService(hub, ['consent.change']);
    const response = await hub.fetch(path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
      body: said('begins'),
    });
    expect(response.status).toBe(202);
    await until(() => recorder.told.length === 2, WAIT_MS, 'the recorder to be told by the system');
  });

  test('keeps its order for one call, and waits for no other call', async () => {
    await seen(second);
    let release = (): void => undefined;
    recorder.until = new Promise((resolve) => (release = resolve));
    const pause = await ask(`/live-calls/${first}/pause`);
    const resume = await ask(`/live-calls/${first}/resume`);
    await until(
      async () =>
        (
          await database.asOwner('select from recorder_command where node = $1 and taken_at is not null', [
            node,
          ])
        ).length === 2,
      WAIT_MS,
      'both to be taken',
    );
    recorder.until = Promise.resolve();
    expect((await settled(await ask(`/live-calls/${second}/pause`))).state).toBe('done');
    expect(recorder.told).toHaveLength(1);
    release();
    await Promise.all([settled(pause), settled(resume)]);
    expect(recorder.told.slice(1).map((line) => line.split(' ')[0])).toEqual(['pause', 'resume']);
  });

  test('fails with a sentence of ours, and never with the text of a fault', async () => {
    await seen(first);
    recorder.fault = new Error('secret of the house');
    const failed = await settled(await ask(`/live-calls/${first}/pause`));
    expect(failed.state).toBe('failed');
    expect(failed.answer).toMatch(/its log says which/);
    recorder.set();
    const gone = await settled(await ask(`/live-calls/${first}/pause`));
    expect(gone).toMatchObject({ state: 'failed', answer: 'This call is not in progress here.' });
    expect((await leavesAbout(first)).map(({ outcome }) => outcome)).toEqual([
      'done',
      'failed',
      'done',
      'failed',
    ]);
  });

  test('is refused where the role does not allow it, where no such call is, and without a reason', async () => {
    await seen(first);
    const auditor = await hub.signIn('auditor');
    for (const verb of ['pause', 'resume', 'end', 'snapshot'])
      await readProblem(ask(`/live-calls/${first}/${verb}`, auditor), 403);
    expect((await auditor.read(calls, '/api/v1/live-calls')).items.length).toBeGreaterThan(0);
    await readProblem(ask(`/live-calls/${newId(Date.now())}/pause`), 404);
    await readProblem(ask('/recorders/nowhere/drain', engineer), 404);
    await readProblem(ask(`/recorders/${node}/drain`), 403); // an officer runs no machines
    const empty = officer.fetch(`/api/v1/live-calls/${first}/end`, { method: 'POST', body: { reason: ' ' } });
    expect(await readProblem(empty, 400)).toMatchObject({ field: '/body/reason' });
    expect(recorder.told).toEqual([]);
  });

  test('belongs to its tenant: another one sees no recorder, no call, and can ask nothing', async () => {
    await seen(first);
    const stranger = await hub.signIn('administrator', await database.addTenant());
    expect((await stranger.read(nodes, '/api/v1/recorders')).items).toEqual([]);
    expect((await stranger.read(calls, '/api/v1/live-calls')).items).toEqual([]);
    await readProblem(ask(`/live-calls/${first}/end`, stranger), 404);
  });

  test('that nobody took in time is told as failed and never done, however late the recorder comes', async () => {
    await seen(first);
    await presence.stop();
    const [row] = await database.asOwner<{ id: string }>(
      `insert into recorder_command (tenant_id, id, node, recording_id, verb, reason, asked_by, asked_at)
       values ($1, $2, $3, $4, 'end', 'why', $5, now() - interval '31 seconds') returning id`,
      [database.tenantId, newId(Date.now()), node, first, officer.userId],
    );
    presence = openPresence();
    presence.start();
    const path = `/api/v1/recorder-commands/${row!.id}`;
    await until(
      async () => (await officer.read(recorderCommand, path)).state === 'failed',
      WAIT_MS,
      'the late command to be settled',
    );
    expect((await officer.read(recorderCommand, path)).answer).toMatch(/not take it in time/);
    expect(recorder.told).toEqual([]);
  });

  test('that was taken by a recorder that then died is told as unknown', async () => {
    await seen(first);
    const id = newId(Date.now());
    await database.asOwner(
      `insert into recorder_command (tenant_id, id, node, recording_id, verb, reason, asked_by, asked_at, taken_at)
       values ($1, $2, $3, $4, 'pause', 'why', $5, now() - interval '90 seconds', now() - interval '61 seconds')`,
      [database.tenantId, id, node, first, officer.userId],
    );
    await until(
      async () => (await officer.read(recorderCommand, `/api/v1/recorder-commands/${id}`)).state === 'failed',
      WAIT_MS,
      'the lost command to be settled',
    );
    expect((await officer.read(recorderCommand, `/api/v1/recorder-commands/${id}`)).answer).toMatch(
      /not known/,
    );
  });
});

describe('a drain', () => {
  test('is asked of the node, shows at once, is a leaf, and can be taken back', async () => {
    await seen(first);
    expect((await settled(await ask(`/recorders/${node}/drain`, engineer))).state).toBe('done');
    await until(async () => (await nodeNow())?.state === 'draining', WAIT_MS, 'the drain to show');
    expect(await nodeNow()).toMatchObject({ calls: 2 }); // none was lost
    expect((await settled(await ask(`/recorders/${node}/undrain`, engineer))).state).toBe('done');
    expect((await leavesAbout(node)).map(({ act }) => act)).toEqual([
      'command.asked',
      'command.answered',
      'command.asked',
      'command.answered',
    ]);
  });
});

describe('an alert', () => {
  test('stands from when it was raised until it is cleared, and both times are kept', async () => {
    await seen(first);
    presence.noteAlert(first, alertOf('one-way-audio', 'raised', null));
    presence.noteAlert(first, alertOf('one-way-audio', 'raised', null));
    presence.noteAlert(first, alertOf('dead-stream', 'raised', '2'));
    await until(async () => (await alertsOf(first)).length === 2, WAIT_MS, 'the alerts to be kept');
    presence.noteAlert(first, alertOf('dead-stream', 'cleared', '2', 5_000));
    await until(
      async () => (await alertsOf(first)).some(({ clearedAt }) => clearedAt !== null),
      WAIT_MS,
      'one to be cleared',
    );
    const cleared = (await alertsOf(first)).find(({ kind }) => kind === 'dead-stream')!;
    expect(Date.parse(cleared.clearedAt!) - Date.parse(cleared.raisedAt)).toBe(5_000);
    expect((await alertsOf(first)).find(({ kind }) => kind === 'one-way-audio')).toMatchObject({
      clearedAt: null,
    });
  });

  test('shows on its call, which then comes first', async () => {
    const standing: LiveCall['alerts'] = [alertOf('silence', 'raised', '1')];
    recorder.set(liveCallOf(first, { alerts: standing }), liveCallOf(second));
    await until(async () => (await callNow(first))?.alerts.length === 1, WAIT_MS, 'the alert to show');
    const { items } = await officer.read(calls, '/api/v1/live-calls');
    expect(items[0]).toMatchObject({ recordingId: first, alerts: [{ kind: 'silence', label: '1' }] });
  });

  test('ends with its call', async () => {
    await seen(first);
    presence.noteAlert(first, alertOf('silence', 'raised', '1'));
    await until(async () => (await alertsOf(first)).length === 1, WAIT_MS, 'the alert to be kept');
    recorder.set(liveCallOf(second));
    await until(
      async () => (await alertsOf(first))[0]?.clearedAt !== null,
      WAIT_MS,
      'the alert to end with its call',
    );
  });
});
