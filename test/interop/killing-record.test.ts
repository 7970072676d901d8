/** Recordings that worker processes die of, over a real Temporal and PostgreSQL: all others arrive, and they wait for a person. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import { FAULTY_PEERS } from '../support/deliveries/faulty-peers.ts';
import { startHubUnderTest } from '../support/deliveries/hub-under-test.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { openTestDatabase } from '../support/test-database.ts';

const RECORDS = 40;
/** Until a batch of all is narrowed down to one, and those with it alone. */
const MOST_DEATHS = 8;
const LIMIT_MS = 1_800_000;

afterAll(() => Runtime.instance().shutdown()); // no worker of this process does, and the process would not end

test.each(['killed', 'uncaught'] as const)(
  'a recording that workers die of (%s) is a dead letter that says so in the end, and all others arrive once',
  async (how) => {
    const database = await openTestDatabase();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-killing-'));
    const { tenantId } = database;
    await addSpokenRecordings(database, tenantId, RECORDS);
    const ids = await database.asOwner<{ id: string }>('select id from recording order by id');
    const killing = ids[7]!.id;
    const peer = await FAULTY_PEERS.find(({ name }) => name === 'ServiceNow')!.start();
    const hub = await startHubUnderTest(folder, database);
    try {
      const connectionId = await hub.connect(peer.connected);
      const deaths = await hub.keepWorking({ [killing]: how });
      await hub.queue(connectionId, RECORDS);
      while ((await hub.open(connectionId)) > 0) {
        await hub.tell(connectionId); // as the sweep does, which is not here
        await setTimeout(500); // between two looks
      }
      const dead = await database.asOwner(
        `select subject_id as id, error_code as code, doubtful, error_title like 'The worker died while%' as says
           from delivery where state <> 'done' order by subject_id`,
      );
      expect(dead).toEqual([{ id: killing, code: 'worker_died', doubtful: true, says: true }]);
      const others = RECORDS - 1;
      expect(await peer.standing(tenantId)).toEqual({ things: others, recordings: others });
      process.stderr.write(`${how}: ${JSON.stringify({ records: RECORDS, deaths: deaths() })}\n`);
      expect(deaths()).toBeGreaterThan(2);
      expect(deaths()).toBeLessThanOrEqual(MOST_DEATHS);
    } finally {
      await hub.stop();
      await peer.stop();
      await rm(folder, { recursive: true, force: true });
      await database.close();
    }
  },
  LIMIT_MS,
);
