/** No duplicate and no loss over 10,000 recordings through the queue, per connector, while calls fail and workers die. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bench } from '../../connectors/kit/acceptance/bench.ts';
import { elasticsearchBench } from '../support/connectors/elasticsearch-bench.ts';
import { queueStorm, type QueueStormReport } from '../support/connectors/queue-storm.ts';
import { salesforceBench } from '../support/connectors/salesforce-bench.ts';
import { servicenowBench } from '../support/connectors/servicenow-bench.ts';
import { snowflakeBench } from '../support/connectors/snowflake-bench.ts';
import { elasticsearchPeer } from '../support/peers/elasticsearch.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { snowflakePeer, type SnowflakePeer } from '../support/peers/snowflake.ts';
import { openActivityBench, type ActivityBench } from '../support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);
const LIMIT_MS = 1_800_000;
/** Recordings that a peer fails by, whatever else a call carries. */
const CURSED = 6;
/**
 * Until the last of all others has arrived, waits that are skipped among them: the cursed ones are tried for three days. Some that
 * a call carries with them meet so many kills and faults beside that they wait for an hour between their last attempts.
 */
const SOON_MINUTES = 24 * 60;

let database: TestDatabase;
let activities: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  activities = await openActivityBench(database);
});
afterAll(async () => {
  await activities.close();
  await database.close();
});

async function blow(bench: Bench, cursed = 0): Promise<QueueStormReport> {
  const subject = await bench.open('good');
  try {
    const about = { records, batch: Math.max(10, Math.ceil(records / 50)), seed, cursed };
    const report = await queueStorm(database, activities, bench, subject, about);
    process.stderr.write(`${bench.connector.manifest.id}: ${JSON.stringify(report)}\n`);
    expect(report.kills).toBeGreaterThan(0);
    expect(report.faults).toBeGreaterThan(5);
    return report;
  } finally {
    await subject.close();
  }
}

const withPeer = <P extends { stop(): Promise<void> }>(
  descriptor: { unavailable(): string | undefined; start(): Promise<P> },
  title: string,
  work: (peer: P) => Promise<unknown>,
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

const scoped = { application: 'scoped', sends: 'recording' } as const;
async function blowAtServicenow(cursed = 0): Promise<QueueStormReport> {
  const double = await ServicenowDouble.start();
  try {
    return await blow(
      servicenowBench(() => double, scoped),
      cursed,
    );
  } finally {
    await double.stop();
  }
}

describe(`a queue of ${records} recordings in a storm (HOLDFAST_TEST_SEED=${seed})`, () => {
  test('is brought to Salesforce, each once', () => blow(salesforceBench()), LIMIT_MS);
  test('is brought to ServiceNow, each once', () => blowAtServicenow(), LIMIT_MS);
  withPeer(elasticsearchPeer, 'is brought to Elasticsearch, each once', (peer) =>
    blow(elasticsearchBench(() => peer)),
  );
  withPeer<SnowflakePeer>(snowflakePeer, 'is brought to Snowflake, each once', (peer) =>
    blow(snowflakeBench(() => peer)),
  );
});

describe(`recordings that the other side fails by, in a queue of ${records} and a storm (HOLDFAST_TEST_SEED=${seed})`, () => {
  const title = (to: string) => `keep no others from ${to}, wait for a person, and arrive when sent again`;
  const expectSoon = ({ minutes }: QueueStormReport): void => expect(minutes).toBeLessThan(SOON_MINUTES);

  test(title('Salesforce'), async () => expectSoon(await blow(salesforceBench(), CURSED)), LIMIT_MS);
  test(title('ServiceNow'), async () => expectSoon(await blowAtServicenow(CURSED)), LIMIT_MS);
  withPeer(elasticsearchPeer, title('Elasticsearch'), async (peer) =>
    expectSoon(
      await blow(
        elasticsearchBench(() => peer),
        CURSED,
      ),
    ),
  );
});
