/** A field that somebody over there takes away from a live connection: what it stops waits with its name, and goes when it is back. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliverDue } from '../../activities/deliveries/deliver-due.ts';
import type { SendBatch } from '../../activities/deliveries/send-batch.ts';
import { createConnectorHost, type ConnectorHost } from '../../hub/connections/host/connector-host.ts';
import { systemClock } from '../../hub/connections/host/system-clock.ts';
import { makeSendBatch } from '../../hub/connections/send-batch.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listDeadLetterGroups, replayDeadLetters } from '../../recorder-core/records/dead-letters.ts';
import { queueDeliveries } from '../../recorder-core/records/deliveries.ts';
import { addConnectionRow } from '../support/connection-row.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { SalesforceDouble } from '../support/peers/salesforce-double.ts';
import { asActivity, openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const OBJECT = 'Holdfast_Recording__c';
const REGION = {
  target: 'Region__c',
  expr: 'record.region.orElse("eu")',
  type: 'text',
  onNull: 'skip',
  onError: 'reject',
  redact: false,
} as const;

let database: TestDatabase;
let bench: ActivityBench;
let peer: SalesforceDouble;
let host: ConnectorHost;
let connectionId: string;
let sendBatch: SendBatch;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const app = { clientId: 'holdfast', clientSecret: 'secret-of-the-app', publicKey, user: 'holdfast' };
  peer = await SalesforceDouble.start(app);
  host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    clock: systemClock,
    log: () => undefined,
  });
  sendBatch = makeSendBatch({ db: database.db, keys: bench.keys, host, onOutcome: () => undefined });
  const { clientId, clientSecret } = app;
  connectionId = await addConnectionRow(database, {
    connector: 'salesforce',
    config: { instanceUrl: peer.url, relate: [] },
    credential: { keys: bench.keys, value: { type: 'oauth2_client_credentials', clientId, clientSecret } },
    first: { mappings: { 'upsert-recording': [REGION] } },
  });
  await addSpokenRecordings(database, database.tenantId, 9);
}, 60_000);
afterAll(async () => {
  await host.close();
  await peer.stop();
  await bench.close();
  await database.close();
});

/** Has these recordings told, as a worker does. */
async function tell(ids: readonly string[]): Promise<void> {
  const { tenantId } = database;
  const about = { connectionId, operation: 'upsert-recording' };
  await database.db.forTenant(tenantId, (tx) =>
    queueDeliveries(
      tx,
      { tenantId, now: new Date(), newId: bench.deps.newId },
      ids.map((id) => ({ ...about, subject: { type: 'recording', id } })),
    ),
  );
  await deliver('live');
}

async function deliver(lane: 'live' | 'replay'): Promise<void> {
  const due = deliverDue({ ...bench.deps, sendBatch });
  const { tenantId } = database;
  for (let more = true; more;) ({ more } = await asActivity(() => due({ tenantId, connectionId, lane })));
}

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const dead = () => inTenant((tx) => listDeadLetterGroups(tx, connectionId, 10));
const there = () => peer.org.live(OBJECT);

test('a field that is taken away over there stops what would fill it, by its name, loses nothing, and all goes once it is back', async () => {
  const rows = await database.asOwner<{ id: string }>(
    "select id from recording where state = 'retained' order by id",
  );
  const ids = rows.map(({ id }) => id);
  await tell(ids.slice(0, 3));
  expect(there().map((row) => row['Region__c'])).toEqual(Array(3).fill(expect.any(String)));

  const { fields } = peer.org.objects.get(OBJECT)!;
  const region = fields.get('Region__c')!;
  fields.delete('Region__c');
  await tell(ids.slice(3));
  expect(there()).toHaveLength(3);
  expect(await dead()).toEqual([
    expect.objectContaining({ count: 6, errorField: 'Region__c', errorFix: expect.stringMatching(/./) }),
  ]);

  fields.set('Region__c', region);
  const [{ fingerprint } = { fingerprint: '' }] = await dead();
  await inTenant((tx) =>
    replayDeadLetters(tx, { connectionId, fingerprint }, { now: new Date(), version: 'now' }),
  );
  await deliver('replay');
  expect(await dead()).toEqual([]);
  expect(
    there()
      .map((row) => row['Holdfast_Id__c'])
      .sort(),
  ).toEqual(ids);
});
