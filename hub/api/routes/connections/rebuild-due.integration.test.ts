import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  FINDINGS,
  openComparison,
  settleComparison,
  type FindingCounts,
} from '../../../../recorder-core/records/connection-comparisons.ts';
import { addVersion, type Mappings } from '../../../../recorder-core/records/connection-versions.ts';
import { insertReceipts } from '../../../../recorder-core/records/receipts.ts';
import { addConnectionRow } from '../../../../test/support/connection-row.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../../../test/support/test-hub.ts';
import { connectionHealth, connectionPulse } from '../../schemas/connection.ts';
import { home } from '../../schemas/home.ts';

const CONFIG = { node: 'https://search.example.com:9200', indexPrefix: 'holdfast', fields: [] };
const OWN = { ...CONFIG, fields: ['costCentre:text'] };
const ROW = {
  target: 'costCentre',
  expr: 'record.callId',
  type: 'text',
  onNull: 'skip',
  onError: 'skip',
  redact: false,
} as const;
const MAPPED: Mappings = { 'upsert-recording': [ROW] };
const ANSWER = {
  operation: 'upsert-recording',
  outcome: 'done',
  remoteId: null,
  remoteVersion: null,
  detail: null,
  contentSha256: 'a0'.repeat(32),
  contentSalt: 'b1'.repeat(16),
} as const;
const HOUR_MS = 3_600_000;
const at = (hours: number): Date => new Date(Date.now() - 24 * HOUR_MS + hours * HOUR_MS);

let database: TestDatabase;
let hub: TestHub;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** A connection of a tenant of its own, and what may happen to it, each at an hour of yesterday. */
async function connected(connector = 'elasticsearch') {
  const tenantId = await database.addTenant();
  const { db } = database;
  const first = { madeAt: at(0) };
  const id = await addConnectionRow({ db, tenantId }, { connector, name: 'Search', config: CONFIG, first });
  const subject = { type: 'recording', id: await addRecordingRow(db, tenantId) } as const;
  const reader: TestPerson = await hub.signIn('administrator', tenantId);
  let version = 1;
  return {
    id,
    reader,
    change: (hours: number, config: typeof CONFIG | typeof OWN, mappings: Mappings = {}) =>
      db.forTenant(tenantId, async (tx) => {
        const said = { connectorVersion: '1.1.0', madeBy: null, why: null, madeAt: at(hours) };
        version = await addVersion(tx, tenantId, { id, version }, { ...said, config, mappings });
      }),
    deliver: (hours: number) =>
      db.forTenant(tenantId, (tx) =>
        insertReceipts(tx, tenantId, [
          { ...ANSWER, id: randomUUID(), connectionId: id, subject, at: at(hours).toISOString() },
        ]),
      ),
    rebuild: (hours: number, fails = false) =>
      db.forTenant(tenantId, async (tx) => {
        const one = { id: randomUUID(), connectionId: id, repairs: false, rebuilds: true, askedBy: null };
        await openComparison(tx, tenantId, { ...one, askedAt: at(hours).toISOString() }, randomUUID());
        const counts = Object.fromEntries(FINDINGS.map((finding) => [finding, 0])) as FindingCounts;
        const found = fails ? { error: 'It was away.' } : { counts, examples: {} };
        await settleComparison(tx, one.id, { at: new Date(), ...found });
      }),
    async due() {
      const { items } = await reader.read(
        z.object({ items: z.array(connectionPulse) }),
        '/api/v1/connection-health',
      );
      return items.find((one) => one.id === id)?.rebuildDueSince;
    },
  };
}

describe('an index that was filled before what a connection writes was changed', () => {
  test('is to be rebuilt since the change: the board, the connection and home say so', async () => {
    const { id, reader, change, deliver, due } = await connected();
    await deliver(1);
    await change(2, OWN);
    await change(3, OWN, MAPPED);
    const since = at(3).toISOString().slice(0, 19);
    expect(await due()).toContain(since);
    const one = await reader.read(connectionHealth, `/api/v1/connections/${id}/health`);
    expect(one.rebuildDueSince).toContain(since);
    const { parts } = await reader.read(home, '/api/v1/home');
    expect(parts.find(({ source }) => source === 'rebuild')?.items).toMatchObject([{ id, name: 'Search' }]);
  });

  test('is as it should be once a rebuild that was asked for later is done, and not before', async () => {
    const { change, deliver, rebuild, due } = await connected();
    await deliver(1);
    await change(2, OWN);
    await rebuild(1);
    await rebuild(3, true);
    expect(await due()).not.toBeNull();
    await rebuild(4);
    expect(await due()).toBeNull();
    await change(5, CONFIG);
    expect(await due()).not.toBeNull();
  });

  test('is as it should be where nothing had been sent by then, or the change was of something else', async () => {
    const { change, deliver, due } = await connected();
    await change(1, OWN, MAPPED);
    await deliver(2);
    expect(await due()).toBeNull();
    await change(3, { ...OWN, node: 'https://other.example.com:9200' }, MAPPED);
    expect(await due()).toBeNull();
  });

  test('is not spoken of where the connector has nothing to rebuild', async () => {
    const { change, deliver, due } = await connected('snowflake');
    await deliver(1);
    await change(2, CONFIG, MAPPED);
    expect(await due()).toBeNull();
  });
});
