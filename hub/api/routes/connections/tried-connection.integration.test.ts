import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { deliverDue } from '../../../../activities/deliveries/deliver-due.ts';
import { insertParties } from '../../../../recorder-core/records/parties.ts';
import { ServicenowDouble } from '../../../../test/support/peers/servicenow-double.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import {
  asActivity,
  openActivityBench,
  type ActivityBench,
} from '../../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { sampleRecord } from '../../../connections/sample-record.ts';
import { makeSendBatch } from '../../../connections/send-batch.ts';
import {
  connectionDetail,
  connectionHealth,
  connectionPulse,
  connectionSecrets,
  type ConnectionDetail,
} from '../../schemas/connection.ts';
import { dryRunResult, fieldsFound, mappingVocabulary, previewResult } from '../../schemas/connector.ts';

const TABLE = 'x_hldf_holdfast_recording';
const NAME = 'Quirin Quillfeather';
const ROW = {
  target: 'title',
  expr: '"Call of " + record.parties[0].name',
  type: 'text',
  onNull: 'reject',
  onError: 'reject',
  redact: false,
};
let database: TestDatabase;
let hub: TestHub;
let bench: ActivityBench;
let double: ServicenowDouble;
let sendBatch: ReturnType<typeof makeSendBatch>;
let administrator: TestPerson;
let engineer: TestPerson;
let id: string;
let recordingId: string;

beforeAll(async () => {
  [database, double] = await Promise.all([openTestDatabase(), ServicenowDouble.start()]);
  hub = await startTestHub(database);
  const { db, keys, connectorHost: host, reshape } = hub.services;
  sendBatch = makeSendBatch({ db, keys, host, reshape, onOutcome: () => undefined });
  bench = await openActivityBench(database, { keys, sendBatch });
  [administrator, engineer] = [await hub.signIn('administrator'), await hub.signIn('engineer')];
  recordingId = await addRecordingRow(db, database.tenantId);
  await database.asOwner("update recording set state = 'retained' where id = $1", [recordingId]);
  const party = { id: randomUUID(), recordingId, ordinal: 0, name: NAME, address: null, label: null };
  await db.forTenant(database.tenantId, (tx) => insertParties(tx, database.tenantId, [party]));
  const { clientId, clientSecret, name } = double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
  const made = await engineer.read(connectionSecrets, '/api/v1/connections', {
    method: 'POST',
    body: {
      connector: 'servicenow',
      name: 'Desk',
      config: { instance: double.url, user: name, sends: ['recording'] },
      credential: { type: 'oauth2_client_credentials', clientId, clientSecret },
    },
  });
  id = made.id;
});
afterAll(async () => {
  await bench.close();
  await hub.close();
  await double.stop();
  await database.close();
});

const post = (verb: string, body: object = {}, person = engineer) =>
  person.fetch(`/api/v1/connections/${id}/${verb}`, { method: 'POST', body });
const act = (verb: string, body: object = {}): Promise<ConnectionDetail> =>
  engineer.read(connectionDetail, `/api/v1/connections/${id}/${verb}`, { method: 'POST', body });
const tryOut = (person: TestPerson, body: object = {}) =>
  person.read(dryRunResult, `/api/v1/connections/${id}/dry-run`, {
    method: 'POST',
    body: { operation: 'upsert-recording', ...body },
  });
const preview = (person: TestPerson, body: object) =>
  person.read(previewResult, `/api/v1/connections/${id}/preview`, {
    method: 'POST',
    body: { operation: 'upsert-recording', ...body },
  });
const rows = () => double.tables.rows(TABLE);
const deliver = async () => {
  await bench.activities.lifecycle.queueRecording({ tenantId: database.tenantId, recordingId });
  await drain();
};
const drain = () =>
  asActivity(() => deliverDue(bench.deps)({ tenantId: database.tenantId, connectionId: id, lane: 'live' }));

test('checks pass against the real answers of the other side, and the draft goes live', async () => {
  const { checks } = await act('check');
  expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(checks.every(({ current }) => current)).toBe(true);
  expect(await act('go-live')).toMatchObject({ state: 'live' });
});

test('a new credential takes the place of the old one only after the checks passed with it', async () => {
  const before = await engineer.read(connectionHealth, `/api/v1/connections/${id}/health`);
  expect(before).toMatchObject({ token: { state: 'good', refusals: 0 }, breaker: { state: 'closed' } });
  const rotate = (clientId: string, clientSecret: string) =>
    post('credential/rotate', { credential: { type: 'oauth2_client_credentials', clientId, clientSecret } });
  const refused = await readProblem(rotate('wrong-client', 'canary-of-a-wrong-secret'), 400);
  expect(refused).toMatchObject({ field: '/body/credential' });
  expect(JSON.stringify(refused)).not.toContain('canary');
  // The old one is in use as before: its token too.
  expect(await engineer.read(connectionHealth, `/api/v1/connections/${id}/health`)).toMatchObject({
    token: before.token,
  });
  const { clientId, clientSecret } = double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
  const answer = await rotate(clientId, clientSecret);
  expect(answer.status).toBe(200);
  const { checks, state } = connectionDetail.parse(await answer.json());
  expect([state, checks.every(({ current, status }) => current && status !== 'fail')]).toEqual([
    'live',
    true,
  ]);
});

test('a credential that nobody consents to has no consent to ask for, and a strange state is refused', async () => {
  expect(await readProblem(post('authorize'), 409)).toMatchObject({ code: 'conflict' });
  const back = { method: 'POST', body: { state: 'made-up', code: 'x' } } as const;
  expect(await readProblem(engineer.fetch('/api/v1/connection-authorizations', back), 403)).toMatchObject({
    code: 'forbidden',
  });
});

describe('the fields of the other side', () => {
  const discover = () => engineer.read(fieldsFound, `/api/v1/connections/${id}/discover`, { method: 'POST' });

  test('are kept, and a mapping is refused where it does not fit them, with row and column', async () => {
    const found = await discover();
    expect(found.objects.map(({ name }) => name)).toContain(TABLE);
    expect(found).toMatchObject({ changes: [], faults: [] });
    for (const [change, column] of [
      [{ target: 'u_nowhere' }, 'target'],
      [{ expr: 'record.nobody' }, 'expr'],
    ] as const) {
      const mappings = { 'upsert-recording': [{ ...ROW, ...change }] };
      expect(await readProblem(post('change', { mappings }), 400)).toMatchObject({
        field: `/body/mappings/upsert-recording/0/${column}`,
      });
    }
  });

  test('are compared with those found before, and what a mapping loses by that is told', async () => {
    await act('change', { mappings: { 'upsert-recording': [ROW] } });
    await database.asOwner(
      `update connection_catalog set catalog = (
         select jsonb_set(catalog, '{objects}', jsonb_agg(case when o ->> 'name' = $1
           then jsonb_set(o, '{fields}', (o -> 'fields') || '[{"name":"gone","title":"Gone","type":"text","required":false,"writable":true}]')
           else o end)) from jsonb_array_elements(catalog -> 'objects') o)`,
      [TABLE],
    );
    await act('change', { mappings: { 'upsert-recording': [ROW, { ...ROW, target: 'gone' }] } });
    const { changes, faults } = await discover();
    expect(changes).toMatchObject([{ object: TABLE, field: 'gone', change: 'removed', after: null }]);
    expect(faults).toMatchObject([{ operation: 'upsert-recording', row: 1, column: 'target' }]);
    expect((await act('roll-back', { version: 2 })).mappings).toEqual({ 'upsert-recording': [ROW] });
  });
});

describe('a dry run', () => {
  test('writes nothing, and shows what would be written to whoever may read recordings', async () => {
    const { items } = await tryOut(administrator);
    expect(items).toMatchObject([
      { recordId: recordingId, action: 'create', error: null, call: { method: 'POST' } },
    ]);
    expect(items[0]?.fields).toMatchObject([{ name: 'title', value: `Call of ${NAME}`, hidden: false }]);
    expect(rows()).toEqual([]);
    const seen = await tryOut(engineer, { ids: [recordingId] });
    expect(JSON.stringify(seen)).not.toContain(NAME);
    expect(seen.items[0]?.fields).toMatchObject([{ name: 'title', value: null, hidden: true }]);
  });

  test('names nothing that stands behind a wall, asked for or not, and neither does a preview', async () => {
    const asOwner = (classification: string | null) =>
      database.asOwner('update recording set classification = $2 where id = $1', [
        recordingId,
        classification,
      ]);
    await asOwner('hr');
    try {
      expect(await tryOut(engineer)).toEqual({ items: [] });
      expect(await tryOut(engineer, { ids: [recordingId] })).toEqual({ items: [] });
      await readProblem(post('preview', { operation: 'upsert-recording', id: recordingId }), 404);
    } finally {
      await asOwner(null);
    }
  });

  test('shows the difference to what is there, of rows that are not saved too, and hides what a row hides', async () => {
    await deliver();
    expect(rows()).toMatchObject([{ title: `Call of ${NAME}` }]);
    expect((await tryOut(administrator)).items).toMatchObject([{ action: 'none' }]);
    const other = { ...ROW, expr: '"Talk"' };
    const { items } = await tryOut(administrator, { rows: [other] });
    expect(items[0]?.fields).toMatchObject([
      { value: 'Talk', there: `Call of ${NAME}`, known: true, differs: true },
    ]);
    const hidden = await tryOut(administrator, { rows: [{ ...ROW, redact: true }] });
    expect(JSON.stringify(hidden)).not.toContain(NAME);
    await readProblem(post('dry-run', { operation: 'upsert-recording', rows: [{ target: 'x' }] }), 400);
    await readProblem(post('dry-run', { operation: 'none' }), 400);
  });
});

test('a preview shows what each row makes of an invented record, or why nothing, also after a reshape', async () => {
  const failing = { ...ROW, target: 'region', expr: 'record.parties[7].name', onError: 'skip' };
  const { items } = await preview(engineer, { rows: [ROW, failing] });
  expect(items).toMatchObject([
    { target: 'title', value: 'Call of Erika Mustermann', error: null },
    { target: 'region', value: null },
  ]);
  expect(items[1]).toMatchObject({ error: expect.any(String), fault: null });
  const shaped = {
    reshape: '{"who": $uppercase(parties[0].name)}',
    rows: [{ ...ROW, expr: 'string(shape.who)' }],
  };
  expect((await preview(engineer, shaped)).items).toMatchObject([{ value: 'ERIKA MUSTERMANN' }]);
  const real = await preview(engineer, { id: recordingId });
  expect(JSON.stringify(real)).not.toContain(NAME);
  expect(real.record).toBeNull();
  expect((await preview(administrator, { id: recordingId })).record).toMatchObject({ id: recordingId });
  await readProblem(post('change', { reshapes: { 'upsert-recording': '{"who": ' } }), 400);
});

test('a preview of rows that are being typed says which cell is wrong and where, and shows the others', async () => {
  const typed = [
    ROW,
    { ...ROW, target: 'region', expr: 'record.nmae' },
    { ...ROW, target: '', expr: '' },
    { ...ROW, target: 'call_id', expr: 'record.parties' },
  ];
  const { items, record } = await preview(engineer, { rows: typed });
  expect(record).toMatchObject({ kind: 'recording', callId: 'sample@example.com' });
  expect(items).toMatchObject([
    { value: 'Call of Erika Mustermann', error: null, fault: null },
    { value: null, error: expect.stringContaining('There is no field "nmae"'), fault: { column: 'expr' } },
    { error: 'Name the field of the remote object.', fault: { column: 'target', at: null } },
    { error: expect.stringContaining('list of'), fault: { column: 'expr', at: null } },
  ]);
  expect('record.nmae'.slice(items[1]?.fault?.at ?? 0)).toMatch(/nmae$/);
  await readProblem(post('preview', { operation: 'upsert-recording', rows: [{ target: 1 }] }), 400);
  const names = await engineer.read(mappingVocabulary, '/api/v1/mapping-vocabulary?record=recording');
  expect(names.fields.map(({ path }) => path)).toContain('record.parties[].name');
  await readProblem(engineer.fetch('/api/v1/mapping-vocabulary?record=none'), 400);
});

test('a record that the mapping refuses is not sent, and is a dead letter that names the row', async () => {
  await act('change', { mappings: { 'upsert-recording': [{ ...ROW, expr: 'record.callId' }] } });
  await deliver();
  const [dead] = await database.asOwner(
    "select error_class, error_field, error_title from delivery where connection_id = $1 and state = 'dead'",
    [id],
  );
  expect(dead).toMatchObject({ error_class: 'invalid_record', error_field: 'title' });
  expect(JSON.stringify(dead)).not.toContain(NAME);
  expect(await engineer.read(connectionHealth, `/api/v1/connections/${id}/health`)).toMatchObject({
    deliveries: { dead: 1 },
    token: { state: 'good' },
    breaker: { state: 'closed' },
  });
});

test('a row that this release cannot read any more stops its connection, instead of being left out', async () => {
  const { version } = await act('change', {
    mappings: { 'upsert-recording': [{ ...ROW, expr: '"Older"' }] },
  });
  // What an older release took, and this one does not.
  await database.asOwner(
    `update connection_version set mappings = replace(mappings::text, '\\"Older\\"', 'record.gone')::jsonb
      where connection_id = $1 and version = $2`,
    [id, version],
  );
  const before = rows();
  const { outcomes } = await sendBatch({
    tenantId: database.tenantId,
    connectionId: id,
    operation: 'upsert-recording',
    lane: 'live',
    version: null,
    records: [{ record: sampleRecord('recording', database.tenantId), doubtful: false, corrections: null }],
    signal: new AbortController().signal,
  });
  const refused = { class: 'config', scope: 'connection', field: 'title' };
  expect(outcomes).toMatchObject([{ outcome: 'rejected', error: refused }]);
  expect(rows()).toEqual(before);
  const planned = { action: 'refuse', error: { class: 'config', field: 'title' } };
  expect((await tryOut(administrator)).items).toMatchObject([planned]);
  await act('change', { mappings: { 'upsert-recording': [ROW] } });
  expect(await readProblem(post('roll-back', { version }), 400)).toMatchObject({
    field: '/body/mappings/upsert-recording/0/expr',
  });
});

test('how all connections are is one answer', async () => {
  const { items } = await engineer.read(
    z.object({ items: z.array(connectionPulse) }),
    '/api/v1/connection-health',
  );
  expect(items.map(({ name }) => name)).toEqual(['Built-in search', 'Desk']);
  expect(items[1]).toMatchObject({ id, deliveries: { dead: 1 }, token: { state: 'good' } });
});

describe('a connection that is removed', () => {
  test('asks what to do with what is there, and withdraws nothing that a hold keeps', async () => {
    const plan = await engineer.fetch(`/api/v1/connections/${id}/removal`);
    expect(await plan.json()).toEqual({ recordings: 1, held: 0 });
    expect(await readProblem(post('remove', { remains: 'keep' }), 400)).toMatchObject({ field: '/body/why' });
    const held = await administrator.fetch('/api/v1/holds', {
      method: 'POST',
      body: { recordingIds: [recordingId], matter: 'M-1', reason: 'A case is open.' },
    });
    const { id: holdId } = (await held.json()) as { id: string };
    expect(held.status).toBe(201);
    await readProblem(post('remove', { remains: 'withdraw' }), 423);
    await database.asOwner('update hold set released_at = now() where id = $1', [holdId]);
  });

  test('withdraws all of it, is told nothing more, and loses its credential at the end', async () => {
    const removed = await act('remove', { remains: 'withdraw' });
    expect(removed).toMatchObject({ state: 'removed', credential: { kind: 'oauth2_client_credentials' } });
    await drain();
    expect(rows()).toEqual([]);
    await deliver();
    expect(rows()).toEqual([]);
    expect(await engineer.read(connectionDetail, `/api/v1/connections/${id}`)).toMatchObject({
      credential: null,
    });
    const health = await engineer.read(connectionHealth, `/api/v1/connections/${id}/health`);
    expect(health).toMatchObject({ state: 'removed', remains: { recordings: 0, held: 0 }, deliveries: null });
  });
});
