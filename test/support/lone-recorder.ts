import { accountForCalls, type Account } from './account-for-calls.ts';
import { openDatabaseProxy, type DatabaseProxy } from './database-proxy.ts';
import { ledgerOf, sealedAll } from './kill-run.ts';
import { startRecorderDatabase } from './recorder-database.ts';
import { RecorderNode, type RecorderNodeOptions } from './recorder-node.ts';
import type { TestDatabase } from './test-database.ts';
import { Traffic } from './traffic/traffic.ts';

/** One recorder process, its way to the database, and calls to it; nothing runs before `node.start`. */
export interface LoneRecorder {
  readonly node: RecorderNode;
  readonly database: TestDatabase;
  readonly proxy: DatabaseProxy;
  readonly traffic: Traffic;
  /** Waits until everything is sealed, and holds all calls against what the recorder has. */
  account(): Promise<Account & { ledgerHolds: boolean }>;
  close(): Promise<void>;
}

/** Prepares one with a database of its own. */
export async function prepareLoneRecorder(
  options: Partial<RecorderNodeOptions> & { readonly calls?: number } = {},
): Promise<LoneRecorder> {
  const database = await startRecorderDatabase();
  const proxy = await openDatabaseProxy(database.appUrl);
  const node = await RecorderNode.prepare({
    tenantId: database.tenantId,
    postgresUrl: proxy.url,
    postgresDispatcherUrl: database.dispatcherUrl,
    ...options,
  });
  const traffic = await Traffic.open({
    seed: 1,
    calls: options.calls ?? 4,
    packets: [30, 60],
    targets: () => [node.sipPort],
  });
  return {
    node,
    database,
    proxy,
    traffic,
    async account() {
      await sealedAll(node);
      const account = await accountForCalls(traffic.calls, database, [node]);
      return { ...account, ...(await ledgerOf(database)) };
    },
    async close() {
      await traffic.close();
      await node.remove();
      await proxy.close();
      await database.close();
    },
  };
}
