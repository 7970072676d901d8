/**
 * A queue of hundreds of thousands drains to one system while worker processes are killed with `kill -9`: nothing is lost, nothing
 * written twice, and the memory of a worker does not grow with what it has done.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { accountForDeliveries } from '../support/deliveries/account-for-deliveries.ts';
import { startHubUnderTest, type HubUnderTest } from '../support/deliveries/hub-under-test.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { openTestDatabase } from '../support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 200_000);
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 10);
const TABLE = 'x_hldf_holdfast_recording';
/** What a batch under way keeps for as long as it is; 300 bytes kept for each record of the second half of 200,000 would be more. */
const MOST_GROWTH_MB = 20;

afterAll(() => Runtime.instance().shutdown()); // no worker of this process does, and the process would not end

test(`of ${records} queued recordings none is lost and none written twice while ${KILLS} workers are killed (HOLDFAST_TEST_SEED=${seed})`, async () => {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-large-queue-'));
  await addSpokenRecordings(database, database.tenantId, records);
  const hub = await startHubUnderTest(folder, database);
  const double = await ServicenowDouble.start();
  try {
    const { name, password } = double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
    const connectionId = await hub.connect({
      connector: 'servicenow',
      config: { instance: double.url, user: name, sends: ['recording'] },
      credential: { type: 'basic', username: name, password },
    });
    await hub.queue(connectionId, records);
    const there = (): number => double.tables.rows(TABLE).length;
    await hub.tell(connectionId);
    await killNowAndThen(hub, connectionId, there);
    const memory = await drain(hub, connectionId, there);
    process.stderr.write(`${JSON.stringify({ records, kills: KILLS, ...memory })}\n`);

    const rows = double.tables.rows(TABLE);
    expect(rows.length).toBe(records);
    expect(new Set(rows.map((row) => row['call_key'])).size).toBe(records);
    expect(rows.filter((row) => row['sys_mod_count'] !== '0')).toEqual([]);
    await accountForDeliveries(database, records);
    expect(memory.keptMb.second - memory.keptMb.first).toBeLessThan(MOST_GROWTH_MB);
  } finally {
    await double.stop();
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
    await database.close();
  }
}, 1_800_000);

/** Kills each worker at some moment after it has begun to send. */
async function killNowAndThen(hub: HubUnderTest, connectionId: string, there: () => number): Promise<void> {
  const random = seededRandom(seed);
  for (let kills = 0; kills < KILLS; kills += 1) {
    const before = there();
    while (there() === before) await setTimeout(20);
    await setTimeout(random() * 500); // the moment itself, not a wait for anything
    await hub.killWorker();
    await hub.tell(connectionId); // as the sweep does, which is not here
  }
  expect(there()).toBeLessThan(records);
}

interface Memory {
  readonly rssMb: Halves;
  readonly keptMb: Halves;
}

interface Halves {
  first: number;
  second: number;
}

/** Lets the last worker do the rest; answers the most memory that it had, and the least that it kept, in each half of that. */
async function drain(hub: HubUnderTest, connectionId: string, there: () => number): Promise<Memory> {
  const half = (there() + records) / 2;
  const memory = { rssMb: { first: 0, second: 0 }, keptMb: { first: Infinity, second: Infinity } };
  while ((await hub.open(connectionId)) > 0) {
    const part = there() < half ? 'first' : 'second';
    memory.rssMb[part] = Math.max(memory.rssMb[part], Math.round(await hub.rssMb()));
    memory.keptMb[part] = Math.min(memory.keptMb[part], Math.round(await hub.keptMb()));
    await setTimeout(1000);
  }
  return memory;
}
