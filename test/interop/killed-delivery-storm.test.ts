/** Worker processes killed with `kill -9` over a real Temporal, PostgreSQL and Elasticsearch: nothing lost, nothing twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { writesToElasticsearch } from '../support/connectors/elasticsearch-bench.ts';
import { startFaultProxy, type FaultProxy } from '../support/connectors/fault-proxy.ts';
import { someFault } from '../support/connectors/storm.ts';
import { accountForDeliveries } from '../support/deliveries/account-for-deliveries.ts';
import { startHubUnderTest, type HubUnderTest } from '../support/deliveries/hub-under-test.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { elasticsearchPeer } from '../support/peers/elasticsearch.ts';
import { suiteTitle, type RunningPeer } from '../support/peers/peer.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 10);
const LIMIT_MS = 1_800_000;

const { title, skip } = suiteTitle(
  elasticsearchPeer,
  `worker processes killed with kill -9 (HOLDFAST_TEST_SEED=${seed})`,
);

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer;
  beforeAll(async () => {
    peer = await elasticsearchPeer.start();
  }, 600_000);
  afterAll(async () => {
    await peer.stop();
    await Runtime.instance().shutdown(); // no worker of this process does, and the process would not end
  });

  test(
    `at random, while calls fail, lose none of ${records} recordings and send none twice`,
    () =>
      withQueue(peer, records, async ({ hub, proxy, connectionId }) => {
        const random = seededRandom(seed);
        let kills = 0;
        proxy.watch(() => (kills < KILLS && random() < 0.3 ? someFault(random) : undefined));
        while ((await hub.open(connectionId)) > 0) {
          await setTimeout(100 + random() * 1500); // the moment itself, not a wait for anything
          await hub.tell(connectionId); // as the sweep does, which is not here
          if (kills >= KILLS) continue;
          kills += 1;
          await hub.killWorker();
        }
        expect(kills).toBe(KILLS);
      }),
    LIMIT_MS,
  );
});

interface FullQueue {
  readonly hub: HubUnderTest;
  readonly proxy: FaultProxy;
  readonly connectionId: string;
}

/** A queue whose run was told; once the work on it is over, everything has to stand once, with a receipt. */
async function withQueue(
  peer: RunningPeer,
  count: number,
  work: (queue: FullQueue) => Promise<void>,
): Promise<void> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kills-'));
  await addSpokenRecordings(database, database.tenantId, count);
  const hub = await startHubUnderTest(folder, database);
  const proxy = await startFaultProxy(peer.url, writesToElasticsearch);
  try {
    const connectionId = await hub.connect({
      connector: 'elasticsearch',
      config: { node: proxy.url, indexPrefix: 'kills' },
      credential: { type: 'basic', ...peer.admin },
    });
    await hub.queue(connectionId, count);
    await hub.tell(connectionId);
    await work({ hub, proxy, connectionId });
    expect(await countThere(peer, database)).toBe(count);
    await accountForDeliveries(database, count);
  } finally {
    await proxy.close();
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
    await database.close();
  }
}

async function countThere({ url, admin }: RunningPeer, { tenantId }: TestDatabase): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${admin.username}:${admin.password}`).toString('base64')}`;
  const ask = async (what: string) =>
    (
      await fetch(`${url}/kills-recordings-${tenantId}/${what}`, {
        method: 'POST',
        headers: { authorization },
      })
    ).json() as Promise<{ count?: number }>;
  await ask('_refresh');
  return (await ask('_count')).count ?? 0;
}
