import { accountForCalls, type Account } from './account-for-calls.ts';
import { ledgerOf, sealedAll } from './kill-run.ts';
import { startRecorderDatabase } from './recorder-database.ts';
import { RecorderNode } from './recorder-node.ts';
import type { TestDatabase } from './test-database.ts';
import { Traffic } from './traffic/traffic.ts';

/** Two recorders that share a database and nothing else, and calls that try one and then the other. */
export interface RecorderPair {
  readonly nodes: readonly [RecorderNode, RecorderNode];
  readonly database: TestDatabase;
  /** Makes calls that come to the nodes in this order, every call anew. */
  traffic(options: {
    readonly seed: number;
    readonly calls: number;
    readonly packets: readonly [number, number];
    readonly order: () => readonly RecorderNode[];
  }): Promise<Traffic>;
  /** Waits for both to seal everything, starting one that is down, and holds all calls against what they have. */
  account(traffic: Traffic): Promise<Account & { ledgerHolds: boolean }>;
  close(): Promise<void>;
}

/** A client that hears nothing for so long tries the next recorder. */
const PATIENCE_MS = 3_000;

/** Starts both; running calls get `drainGrace` seconds when one is asked to end. */
export async function startRecorderPair(drainGrace = 60): Promise<RecorderPair> {
  const database = await startRecorderDatabase();
  const prepare = (node: string): Promise<RecorderNode> =>
    RecorderNode.prepare({
      tenantId: database.tenantId,
      postgresUrl: database.appUrl,
      postgresDispatcherUrl: database.dispatcherUrl,
      settings: { node, drainGrace },
    });
  const nodes = [await prepare('one'), await prepare('two')] as const;
  await Promise.all(nodes.map((node) => node.start()));
  const opened: Traffic[] = [];
  return {
    nodes,
    database,
    async traffic({ order, ...options }) {
      const targets = (): number[] => order().map(({ sipPort }) => sipPort);
      const traffic = await Traffic.open({ ...options, targets, patienceMs: PATIENCE_MS });
      opened.push(traffic);
      return traffic;
    },
    async account(traffic) {
      for (const node of nodes) {
        if (!node.alive) await node.start();
        await sealedAll(node);
      }
      const account = await accountForCalls(traffic.calls, database, nodes);
      const { ledgerHolds } = await ledgerOf(database);
      return { ...account, ledgerHolds };
    },
    async close() {
      for (const traffic of opened) await traffic.close();
      for (const node of nodes) await node.remove();
      await database.close();
    },
  };
}
