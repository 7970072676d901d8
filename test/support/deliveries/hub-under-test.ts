import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { connectorById } from '../../../connectors/registry.ts';
import { tellDeliveryRun } from '../../../hub/worker/start-delivery-run.ts';
import { openDatabase } from '../../../recorder-core/records/database.ts';
import { openLocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import { addConnectionRow } from '../connection-row.ts';
import { openWorkflowTest } from '../workflow-test.ts';
import type { Credential } from '../../../connectors/kit/auth.ts';
import type { DeliveryWorkerOptions } from './worker-process.ts';

const AUTHORITY_FILE = join(
  import.meta.dirname,
  '../../../recorder-core/sip/test-support/certificates/ca.pem',
);

/** A database with one tenant and recordings in it. */
export interface HubDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
  readonly tenantId: string;
}

/** What a connection is made of. */
export interface ConnectedPeer {
  /** Id of the connector. */
  readonly connector: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: Credential;
}

/** Database, Temporal and one worker process, with what benches and tests do to them. */
export interface HubUnderTest {
  readonly tenantId: string;
  connect(peer: ConnectedPeer): Promise<string>;
  /**
   * Queues the first `count` recordings, and makes the first `newer` of them newer than what was sent, all where it is left out:
   * that is the dear part, for a recording stands in a dozen indexes.
   */
  queue(connectionId: string, count: number, newer?: number): Promise<void>;
  /** Seconds that the queue takes to be empty, from the moment its run is told. */
  deliver(connectionId: string): Promise<number>;
  /** Has the run told, lets it work for so long and answers how many were done and the most memory it had meanwhile. */
  workFor(connectionId: string, ms: number): Promise<{ readonly done: number; readonly rssMb: number }>;
  rssMb(): Promise<number>;
  /** What the worker keeps on its heap, after it was cleared up. */
  keptMb(): Promise<number>;
  /** The worker of this moment. */
  workerPid(): number;
  /** A backend of the database; it is one machine with this process. */
  backendPid(): Promise<number>;
  /** How many are still to be sent. */
  open(connectionId: string): Promise<number>;
  tell(connectionId: string): Promise<void>;
  /** Kills the worker with `kill -9`, and starts another. */
  killWorker(): Promise<void>;
  /** From now on another worker is started whenever one dies by itself; answers how many have. */
  keepWorking(killing: DeliveryWorkerOptions['killing']): Promise<() => number>;
  stop(): Promise<void>;
}

/** Starts the worker on a database with recordings in it. */
export async function startHubUnderTest(folder: string, postgres: HubDatabase): Promise<HubUnderTest> {
  const temporal = await openWorkflowTest();
  const keyRing = join(folder, 'key-ring.json');
  const keys = await openLocalKeyRing(keyRing, { create: true });
  // By its indexes, whatever is known of the queue: it is looked at while it empties.
  const owner = new pg.Pool({
    connectionString: postgres.ownerUrl,
    max: 2,
    options: '-c enable_seqscan=off',
  });
  // Rows by the million: no trigger and no foreign key for each of them.
  const loader = new pg.Pool({
    connectionString: postgres.ownerUrl,
    max: 1,
    options: '-c session_replication_role=replica -c synchronous_commit=off',
  });
  const db = openDatabase(postgres.appUrl, { max: 2 });
  const { address, namespace } = temporal;
  const { appUrl, dispatcherUrl, tenantId } = postgres;
  const start = (killing: DeliveryWorkerOptions['killing'] = {}): Promise<ChildProcess> =>
    startWorker({ address, namespace, appUrl, dispatcherUrl, keyRing, killing });
  let worker = await start();
  let starting: Promise<unknown> = Promise.resolve();
  let isKept = false;
  const kill = async (): Promise<void> => {
    isKept = false;
    await starting;
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  };
  const ask = async (
    what: 'memory' | 'kept',
  ): Promise<{ readonly rssMb: number; readonly heapMb: number }> => {
    worker.send(what);
    const [answer] = (await once(worker, 'message')) as [{ rssMb: number; heapMb: number }];
    return answer;
  };
  const rssMb = async (): Promise<number> => (await ask('memory')).rssMb;
  const open = async (connectionId: string): Promise<number> => {
    const { rows } = await owner.query<{ open: number }>(
      "select count(*) as open from delivery where connection_id = $1 and state = 'queued'",
      [connectionId],
    );
    return rows[0]?.open ?? 0;
  };
  /** One look at one row, so that watching costs next to nothing. */
  const isOpen = async (connectionId: string): Promise<boolean> => {
    const { rows } = await owner.query<{ open: boolean }>(
      "select exists (select from delivery where connection_id = $1 and state = 'queued') as open",
      [connectionId],
    );
    return rows[0]?.open === true;
  };
  const tell = (connectionId: string) =>
    tellDeliveryRun(temporal.client, { tenantId, connectionId, lane: 'live' });
  return {
    tenantId,
    rssMb,
    keptMb: async () => (await ask('kept')).heapMb,
    workerPid: () => worker.pid ?? 0,
    async backendPid() {
      const { rows } = await owner.query<{ pid: number }>('select pg_backend_pid() as pid');
      return rows[0]?.pid ?? 0;
    },
    open,
    tell,
    async killWorker() {
      await kill();
      worker = await start();
    },
    async keepWorking(killing) {
      await kill();
      let deaths = 0;
      isKept = true;
      const begin = async (): Promise<void> => {
        worker = await start(killing);
        worker.once('exit', () => {
          if (!isKept) return;
          deaths += 1;
          starting = begin();
        });
      };
      await begin();
      return () => deaths;
    },
    async connect({ connector, config, credential }) {
      const { manifest } = connectorById(connector);
      const rows = manifest.operations['upsert-recording']?.mapping?.defaults;
      const mappings = rows === undefined ? {} : { 'upsert-recording': rows };
      return addConnectionRow(
        { db, tenantId },
        {
          id: randomUUID(),
          connector,
          name: connector,
          config,
          credential: { keys, value: credential },
          first: { connectorVersion: manifest.version, mappings },
        },
      );
    },
    async queue(connectionId, count, newer = count) {
      await loader.query(
        `with newer as (select id from recording order by id limit $1)
         update recording r set revision = revision + 1 from newer where r.id = newer.id`,
        [newer],
      );
      await loader.query(
        `insert into delivery (tenant_id, id, connection_id, operation, subject_type, subject_id, lane, state, queued_at, due_at)
         select $1, uuidv7(), $2, 'upsert-recording', 'recording', id, 'live', 'queued', now(), now()
           from recording order by id limit $3
         on conflict do nothing`,
        [tenantId, connectionId, count],
      );
      await owner.query('vacuum analyze delivery');
      // What was made newer has left old rows behind: their clearing is no part of what deliveries cost.
      await owner.query('vacuum analyze recording');
    },
    async deliver(connectionId) {
      const startedAt = performance.now();
      await tell(connectionId);
      while (await isOpen(connectionId)) await setTimeout(50);
      return (performance.now() - startedAt) / 1000;
    },
    async workFor(connectionId, ms) {
      const before = await open(connectionId);
      await tell(connectionId);
      const endsAt = performance.now() + ms;
      let most = 0;
      while (performance.now() < endsAt) {
        most = Math.max(most, await rssMb());
        await setTimeout(250);
      }
      return { done: before - (await open(connectionId)), rssMb: most };
    },
    async stop() {
      await kill();
      await db.close();
      await owner.end();
      await loader.end();
      await temporal.close();
    },
  };
}

async function startWorker(options: DeliveryWorkerOptions): Promise<ChildProcess> {
  const worker = fork(join(import.meta.dirname, 'worker-process.ts'), [JSON.stringify(options)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    // Peers that are reached by https alone have a certificate of the tests.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: AUTHORITY_FILE },
  });
  await once(worker, 'message');
  return worker;
}
