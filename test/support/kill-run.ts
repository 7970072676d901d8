import { setTimeout as pass } from 'node:timers/promises';
import { until } from '../../hub/processes/process-control.ts';
import { verifyLedger } from '../../recorder-core/records/verify-tenant.ts';
import { listUncommitted } from '../../recorder-core/capture/spool-folder.ts';
import { seededRandom } from '../../recorder-core/media/test-signal.ts';
import { accountForCalls, type Account } from './account-for-calls.ts';
import { startRecorderDatabase } from './recorder-database.ts';
import { RecorderNode } from './recorder-node.ts';
import type { TestDatabase } from './test-database.ts';
import { Traffic, type TrafficEvent } from './traffic/traffic.ts';
import { testLedgerKeys } from './ledger-key.ts';

/** What a run of kills came to. */
export interface KillRun extends Account {
  readonly kills: number;
  /** The ledger's own verdict. */
  readonly ledger: string;
  readonly ledgerHolds: boolean;
}

/** A moment to kill at: so many events of a kind after the recorder took calls, and some milliseconds later. */
interface Moment {
  readonly event: TrafficEvent | 'launched';
  readonly count: number;
  readonly thenMs: number;
}

const CALLS_AT_ONCE = 8;
const SHORTEST_AND_LONGEST = [25, 150] as const;
const SEALED_WITHIN_MS = 120_000;

/**
 * Kills a recorder that is under load with `kill -9`, again and again, each time at a random moment: in mid-call, while
 * calls are set up, right after a BYE or its answer, while it seals, while it starts. The same seed makes the same
 * moments. Answers what the calls' recordings came to.
 */
export async function runKills(kills: number, seed: number): Promise<KillRun> {
  const database = await startRecorderDatabase();
  const node = await RecorderNode.prepare({
    tenantId: database.tenantId,
    postgresUrl: database.appUrl,
    postgresDispatcherUrl: database.dispatcherUrl,
  });
  const traffic = await Traffic.open({
    seed,
    calls: CALLS_AT_ONCE,
    packets: SHORTEST_AND_LONGEST,
    targets: () => [node.sipPort],
  });
  try {
    const random = seededRandom(seed);
    for (let count = 0; count < kills; count += 1) await killOnce(node, traffic, momentFrom(random));
    await node.start();
    traffic.begin();
    await new Promise<void>((reached) => traffic.at('bye-answered', CALLS_AT_ONCE, reached));
    await traffic.finish(SEALED_WITHIN_MS);
    await sealedAll(node);
    await node.terminate();
    const account = await accountForCalls(traffic.calls, database, [node]);
    return { ...account, kills, ...(await ledgerOf(database)) };
  } finally {
    await traffic.close();
    await node.remove();
    await database.close();
  }
}

/** Resolves when everything in the spool is in the database. */
export async function sealedAll(node: RecorderNode): Promise<void> {
  const isEmpty = async (): Promise<boolean> => (await listUncommitted(node.spool)).length === 0;
  await until(isEmpty, SEALED_WITHIN_MS, 'the spool to be sealed');
}

/** Verifies the whole log. */
export async function ledgerOf({
  db,
  tenantId,
}: TestDatabase): Promise<{ ledger: string; ledgerHolds: boolean }> {
  const { ok, statement } = await verifyLedger({ db }, tenantId, testLedgerKeys, new Date());
  return { ledger: statement, ledgerHolds: ok };
}

async function killOnce(node: RecorderNode, traffic: Traffic, moment: Moment): Promise<void> {
  const { event, count, thenMs } = moment;
  const strike = async (): Promise<void> => {
    if (thenMs > 0) await pass(thenMs); // the moment itself, not a wait for anything
    const killedAtMs = performance.now();
    const gone = node.kill();
    traffic.pause();
    await gone;
    traffic.recorderDied(node.sipPort, killedAtMs);
  };
  if (event === 'launched') {
    node.launch();
    await strike();
    return;
  }
  await node.start();
  const reached = new Promise<void>((resolve, reject) => {
    traffic.at(event, count, () => {
      strike().then(resolve, reject);
    });
  });
  traffic.begin();
  await reached;
}

function momentFrom(random: () => number): Moment {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const kind = upTo(10);
  if (kind < 4) return { event: 'packet', count: 1 + upTo(1_600), thenMs: 0 };
  if (kind < 6) return { event: 'invited', count: 1 + upTo(CALLS_AT_ONCE), thenMs: upTo(20) };
  if (kind < 7) return { event: 'bye-sent', count: 1 + upTo(4), thenMs: upTo(10) };
  if (kind < 8) return { event: 'bye-answered', count: 1 + upTo(4), thenMs: 0 };
  if (kind < 9) return { event: 'bye-answered', count: 1 + upTo(8), thenMs: upTo(100) };
  return { event: 'launched', count: 0, thenMs: 600 + upTo(900) };
}
