import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { correlationId } from '../../../connectors/servicenow/keys.ts';
import type { StreamRef } from '../../../activities/contract.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { readCheckpoint } from '../../../recorder-core/records/connection-checkpoints.ts';
import { readConnection } from '../../../recorder-core/records/connections.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { readIncidentTickets } from '../../../recorder-core/records/incident-tickets.ts';
import { readIncident } from '../../../recorder-core/records/incidents.ts';
import { openIncident } from '../../../recorder-core/records/open-incident.ts';
import { insertUser } from '../../../recorder-core/records/users.ts';
import { addConnectionRow } from '../../../test/support/connection-row.ts';
import { ServicenowDouble } from '../../../test/support/peers/servicenow-double.ts';
import { readLeavesAbout } from '../../../recorder-core/records/stored-leaves.ts';
import { openActivityBench, type ActivityBench } from '../../../test/support/stored-recording.ts';
import { testStreamReader } from '../../../test/support/stream-reader.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { processEvent } from '../../webhooks/process-event.ts';
import { createConnectorHost, type ConnectorHost } from '../host/connector-host.ts';
import { systemClock } from '../host/system-clock.ts';
import { resetStream } from './reset-stream.ts';
import type { StreamDependencies } from './stream-reader.ts';

const STREAM = 'ticket-changes';
const ids = (at: Date) => newId(at.getTime());
const work = { signal: new AbortController().signal, alive: () => undefined };
const olga = { id: randomUUID(), name: 'Olga Officer' };

let database: TestDatabase;
let bench: ActivityBench;
let double: ServicenowDouble;
let host: ConnectorHost;

beforeAll(async () => {
  [database, double] = await Promise.all([openTestDatabase(), ServicenowDouble.start()]);
  bench = await openActivityBench(database);
  host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: systemClock,
    log: () => undefined,
  });
  double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
  double.addUser('somebody', ['itil']);
  await inTenant((tx) => insertUser(tx, database.tenantId, { ...olga, role: 'admin' }));
}, 120_000);
afterAll(async () => {
  await host.close();
  await bench.close();
  await double.stop();
  await database.close();
});

const inTenant = <T>(act: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, act);
const reader = (change: Partial<StreamDependencies> = {}) =>
  testStreamReader({ db: database.db, keys: bench.deps.keys, host }, ids, change);
const checkpointOf = (ref: StreamRef) => inTenant((tx) => readCheckpoint(tx, ref));
const eventsOf = (ref: StreamRef) =>
  database.asOwner<{ id: string; state: string; type: string }>(
    'select id, state, type from inbound_event where connection_id = $1 order by received_at, id',
    [ref.connectionId],
  );

/** A live connection with its stream known and due; `url` leads elsewhere where it shall. */
async function connect(url = double.url): Promise<StreamRef> {
  const { tenantId } = database;
  const { name: user, clientId, clientSecret } = double.users.get('holdfast.hub')!;
  const connectionId = await addConnectionRow(database, {
    connector: 'servicenow',
    config: { instance: url, user },
    credential: {
      keys: bench.deps.keys,
      value: { type: 'oauth2_client_credentials', clientId, clientSecret },
    },
  });
  const due = await reader().findDue(tenantId, new Date());
  const ref = due.find((one) => one.connectionId === connectionId);
  expect(ref).toEqual({ tenantId, connectionId, stream: STREAM });
  return ref!;
}

async function incidentWithClosedTicket(): Promise<string> {
  const now = new Date();
  const { id } = await inTenant((tx) =>
    openIncident(tx, {
      tenantId: database.tenantId,
      key: randomUUID(),
      kind: 'storage',
      severity: 'high',
      title: 'A part is not what was captured.',
      detector: 'test',
      detectedAt: now,
      now,
      newId: ids,
    }),
  );
  closeTicket(id);
  return id;
}

function closeTicket(id: string): void {
  const made = double.tables.insert(
    'incident',
    { correlation_id: correlationId({ tenantId: database.tenantId, id }) },
    'holdfast.hub',
  );
  const closing = { state: '7', close_code: 'Solution provided', close_notes: 'done' };
  if ('sysId' in made) double.tables.update('incident', made.sysId, closing, 'somebody');
}

async function processAll(ref: StreamRef): Promise<void> {
  const deps = { ...bench.deps, journal: () => Promise.resolve(bench.deps.journal) };
  for (const { id } of await eventsOf(ref)) await processEvent(deps, { tenantId: ref.tenantId, eventId: id });
}

describe('the streams of a connection', () => {
  test('closing the ticket resolves the incident, once, however often it is read', async () => {
    const ref = await connect();
    const id = await incidentWithClosedTicket();
    expect(await reader().read(ref, work)).toEqual({ outcome: 'read', events: 1 });
    expect(await reader().read(ref, work)).toEqual({ outcome: 'read', events: 0 });
    await processAll(ref);
    expect((await inTenant((tx) => readIncident(tx, id)))?.state).toBe('resolved');
    expect(await inTenant((tx) => readIncidentTickets(tx, id))).toMatchObject([
      { connectionId: ref.connectionId, remoteState: 'closed', remoteId: expect.stringMatching(/^INC/) },
    ]);
    const at = await checkpointOf(ref);
    expect(at).toMatchObject({ events: 1, failures: 0, problem: null, revision: 1 });
    expect(at?.checkpoint).toMatchObject({ updatedOn: expect.any(String), sysId: expect.any(String) });
    expect(at!.dueAt.getTime()).toBeGreaterThan(Date.now());
    expect(await reader().findDue(ref.tenantId, new Date())).toEqual([]);
  });

  test('a worker that is killed in the middle of a page leaves nothing of it, and the next one keeps it once', async () => {
    const ref = await connect();
    for (let n = 0; n < 3; n += 1) closeTicket(randomUUID());
    let kept = 0;
    const dying = reader({
      keepEvent: () => {
        kept += 1;
        return kept < 3 ? Promise.resolve(true) : Promise.reject(new HoldfastError('internal', 'killed'));
      },
    });
    expect(await dying.read(ref, work)).toMatchObject({ outcome: 'failed' });
    expect(await eventsOf(ref)).toEqual([]);
    expect(await checkpointOf(ref)).toMatchObject({ checkpoint: null, revision: 0, failures: 1 });
    await reader().read(ref, work);
    const once = await eventsOf(ref);
    await reader().read(ref, work);
    expect(await eventsOf(ref)).toEqual(once);
    expect((await checkpointOf(ref))?.events).toBe(once.length);
  });

  test('a peer that is away loses nothing: it is noted, waited for longer each time, and read when it is back', async () => {
    const ref = await connect('http://127.0.0.1:9');
    for (const minutes of [1, 2, 4]) {
      expect(await reader().read(ref, work)).toEqual({ outcome: 'failed', events: 0 });
      const at = await checkpointOf(ref);
      expect(at).toMatchObject({ problemClass: 'transient', checkpoint: null });
      const waits = (at!.dueAt.getTime() - Date.now()) / 60_000;
      expect(waits).toBeGreaterThan(minutes - 0.5);
      expect(waits).toBeLessThan(minutes + 0.1);
    }
    expect(await inTenant((tx) => readConnection(tx, ref.connectionId))).toMatchObject({ state: 'live' });
  });

  test('a person has it read again from the beginning: nothing doubles, the ledger knows, and who read is overtaken', async () => {
    const ref = await connect();
    const asking = { tenantId: ref.tenantId, person: olga, now: new Date(), newId: ids };
    const reset = () => inTenant((tx) => resetStream(tx, asking as never, ref, null));
    const overtaken = reader({ keepEvent: async () => (await reset(), true) });
    expect(await overtaken.read(ref, work)).toMatchObject({ outcome: 'overtaken' });
    const { events } = await reader().read(ref, work);
    await reset();
    expect(await checkpointOf(ref)).toMatchObject({ checkpoint: null });
    expect(await reader().read(ref, work)).toEqual({ outcome: 'read', events: 0 });
    expect(events).toBeGreaterThan(0);
    const leaves = await inTenant((tx) => readLeavesAbout(tx, ref.connectionId));
    expect(leaves.map(({ act }) => act)).toContain('configuration.changed');
    await expect(
      inTenant((tx) => resetStream(tx, asking as never, { ...ref, stream: 'nothing' }, null)),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a connection that is not live is not read', async () => {
    const ref = await connect();
    await database.asOwner("update connection set state = 'paused' where id = $1", [ref.connectionId]);
    expect(await reader().read(ref, work)).toEqual({ outcome: 'off', events: 0 });
    expect(await reader().findDue(ref.tenantId, new Date())).not.toContainEqual(ref);
  });

  test('many tickets of the same second are read in pages, each once', async () => {
    const before = double.tables.rows('incident').length;
    for (let n = 0; n < 210; n += 1) closeTicket(randomUUID());
    const ref = await connect();
    expect(await reader().read(ref, work)).toEqual({ outcome: 'read', events: 210 + before });
    expect(await checkpointOf(ref)).toMatchObject({ events: 210 + before, revision: 2 });
  });
});
