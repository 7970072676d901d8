/** No duplicate and no loss over 10,000 recordings through the queue, per connector, while calls fail and workers are killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import type { Bench } from '../../connectors/kit/acceptance/bench.ts';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { elasticsearchBench, writesToElasticsearch } from '../support/connectors/elasticsearch-bench.ts';
import { startFaultProxy } from '../support/connectors/fault-proxy.ts';
import { addSpokenRecordings, queueStorm } from '../support/connectors/queue-storm.ts';
import { salesforceBench } from '../support/connectors/salesforce-bench.ts';
import { servicenowBench } from '../support/connectors/servicenow-bench.ts';
import { snowflakeBench } from '../support/connectors/snowflake-bench.ts';
import { someFault } from '../support/connectors/storm.ts';
import { startHubUnderTest } from '../support/deliveries/hub-under-test.ts';
import { elasticsearchPeer } from '../support/peers/elasticsearch.ts';
import type { RunningPeer } from '../support/peers/peer.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { snowflakePeer, type SnowflakePeer } from '../support/peers/snowflake.ts';
import { openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 10);
const LIMIT_MS = 1_800_000;

let database: TestDatabase;
let activities: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  activities = await openActivityBench(database);
});
afterAll(async () => {
  await activities.close();
  await database.close();
  await Runtime.instance().shutdown(); // no worker of this process does, and the process would not end
});

async function blow(bench: Bench): Promise<void> {
  const subject = await bench.open('good');
  try {
    const about = { records, batch: Math.max(10, Math.ceil(records / 50)), seed };
    const report = await queueStorm(database, activities, bench, subject, about);
    process.stderr.write(`${bench.connector.manifest.id}: ${JSON.stringify(report)}\n`);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.faults).toBeGreaterThan(5);
  } finally {
    await subject.close();
  }
}

const withPeer = <P extends { stop(): Promise<void> }>(
  descriptor: { unavailable(): string | undefined; start(): Promise<P> },
  title: string,
  work: (peer: P) => Promise<void>,
): void => {
  const reason = descriptor.unavailable();
  (reason === undefined ? test : test.skip)(
    reason === undefined ? title : `${title} (skipped: ${reason})`,
    async () => {
      const peer = await descriptor.start();
      try {
        await work(peer);
      } finally {
        await peer.stop();
      }
    },
    LIMIT_MS,
  );
};

describe(`a queue of ${records} recordings in a storm (HOLDFAST_TEST_SEED=${seed})`, () => {
  test('is brought to Salesforce, each once', () => blow(salesforceBench()), LIMIT_MS);

  test(
    'is brought to ServiceNow, each once',
    async () => {
      const double = await ServicenowDouble.start();
      try {
        await blow(servicenowBench(() => double, { application: 'scoped', sends: 'recording' }));
      } finally {
        await double.stop();
      }
    },
    LIMIT_MS,
  );

  withPeer(elasticsearchPeer, 'is brought to Elasticsearch, each once', (peer) =>
    blow(elasticsearchBench(() => peer)),
  );

  withPeer<SnowflakePeer>(snowflakePeer, 'is brought to Snowflake, each once', (peer) =>
    blow(snowflakeBench(() => peer)),
  );
});

withPeer<RunningPeer>(
  elasticsearchPeer,
  `worker processes that are killed with kill -9 at random lose nothing and send nothing twice (HOLDFAST_TEST_SEED=${seed})`,
  async (peer) => {
    const own = await openTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-kills-'));
    await addSpokenRecordings(own, own.tenantId, records);
    const hub = await startHubUnderTest(folder, own);
    const random = seededRandom(seed);
    const proxy = await startFaultProxy(peer.url, writesToElasticsearch);
    try {
      const connectionId = await hub.connect({
        connector: 'elasticsearch',
        config: { node: proxy.url, indexPrefix: 'kills' },
        credential: { type: 'basic', ...peer.admin },
      });
      await hub.queue(connectionId, records);
      await hub.tell(connectionId);
      let kills = 0;
      while ((await hub.open(connectionId)) > 0) {
        if (random() < 0.5) proxy.inject(someFault(random), 'any');
        await setTimeout(100 + random() * 1500); // the moment itself, not a wait for anything
        if (kills >= KILLS) continue;
        kills += 1;
        await hub.killWorker();
      }
      expect(kills).toBe(KILLS);
      const pair = Buffer.from(`${peer.admin.username}:${peer.admin.password}`).toString('base64');
      const ask = async (path: string) =>
        (
          await fetch(`${peer.url}/kills-recordings-${own.tenantId}${path}`, {
            method: 'POST',
            headers: { authorization: `Basic ${pair}` },
          })
        ).json() as Promise<{ count?: number }>;
      await ask('/_refresh');
      expect((await ask('/_count')).count).toBe(records);
      const [account] = await own.asOwner(
        `select (select count(*) from delivery where state = 'done') as done,
                (select count(distinct recording_id) from receipt where outcome = 'done') as receipts`,
      );
      expect(account).toEqual({ done: records, receipts: records });
    } finally {
      await proxy.close();
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
      await own.close();
    }
  },
);
