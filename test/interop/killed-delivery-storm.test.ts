/** Worker processes killed with `kill -9` over a real Temporal and PostgreSQL, while calls fail: nothing lost, nothing twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { someFault } from '../support/connectors/storm.ts';
import { accountForDeliveries } from '../support/deliveries/account-for-deliveries.ts';
import { FAULTY_PEERS, type FaultyPeer, type FaultyPeerKind } from '../support/deliveries/faulty-peers.ts';
import { startHubUnderTest, type HubUnderTest } from '../support/deliveries/hub-under-test.ts';
import { addSpokenRecordings } from '../support/deliveries/spoken-recordings.ts';
import { suiteTitle } from '../support/peers/peer.ts';
import { openTestDatabase } from '../support/test-database.ts';

const seed = Number(process.env['HOLDFAST_TEST_SEED'] ?? Date.now() % 100_000);
const records = Number(process.env['HOLDFAST_TEST_RECORDS'] ?? 10_000);
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 8);
/** Of each batch, while workers die: what fails is paused for in real time, so a batch is to have a chance to go through. */
const FAULTS_A_BATCH = 0.6;
const LIMIT_MS = 1_800_000;

afterAll(() => Runtime.instance().shutdown()); // no worker of this process does, and the process would not end

for (const kind of FAULTY_PEERS) {
  const { title, skip } = suiteTitle(kind, `workers that write to ${kind.name} (HOLDFAST_TEST_SEED=${seed})`);
  (skip ? describe.skip : describe)(title, () => {
    test(
      `and are killed with kill -9, while calls fail, lose none of ${records} recordings and send none twice`,
      async () => {
        const peer = await kind.start();
        try {
          await blow(kind, peer);
        } finally {
          await peer.stop();
        }
      },
      LIMIT_MS,
    );
  });
}

/** A queue on which all work; once it is empty, everything has to stand once, with a receipt. */
async function blow(kind: FaultyPeerKind, peer: FaultyPeer): Promise<void> {
  const database = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-kills-'));
  await addSpokenRecordings(database, database.tenantId, records);
  const hub = await startHubUnderTest(folder, database);
  try {
    const connectionId = await hub.connect(peer.connected);
    await hub.queue(connectionId, records);
    await hub.tell(connectionId);
    const met = await killWhileCallsFail(hub, connectionId, peer, FAULTS_A_BATCH / kind.callsABatch);
    process.stderr.write(`${kind.name}: ${JSON.stringify({ records, ...met })}\n`);
    expect(await peer.standing(database.tenantId)).toEqual({ things: records, recordings: records });
    await accountForDeliveries(database, records);
    expect(met.kills).toBe(KILLS);
    expect(met.faults).toBeGreaterThan(0);
  } finally {
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
    await database.close();
  }
}

/** Kills each worker at some moment after it has begun to write, and lets the last one do the rest. */
async function killWhileCallsFail(
  hub: HubUnderTest,
  connectionId: string,
  { proxy }: FaultyPeer,
  faultRate: number,
) {
  const random = seededRandom(seed);
  const met = { calls: 0, faults: 0, kills: 0 };
  proxy.watch(() => {
    met.calls += 1;
    if (met.kills >= KILLS || random() >= faultRate) return undefined;
    met.faults += 1;
    return someFault(random);
  });
  let written = proxy.writes();
  while ((await hub.open(connectionId)) > 0) {
    await setTimeout(20);
    if (met.kills >= KILLS || proxy.writes() === written) continue;
    await setTimeout(random() * 300); // the moment itself, not a wait for anything
    met.kills += 1;
    await hub.killWorker();
    written = proxy.writes();
    await hub.tell(connectionId); // as the sweep does, which is not here
  }
  return met;
}
