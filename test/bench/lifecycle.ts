import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { freePort } from '../../hub/processes/free-port.ts';
import { startTemporalServer } from '../../hub/temporal/server.ts';
import { startRecordingLifecycle } from '../../hub/worker/start-recording-lifecycle.ts';
import { findOrBuildTemporal } from '../../ops/temporal/find-or-build.mjs';
import { ScriptedActivities } from '../support/scripted-activities.ts';
import { NODE, openWorkflowTest, type WorkflowTest } from '../support/workflow-test.ts';
import type { Bench } from './bench.ts';
import { startBenchPostgres, type BenchPostgres } from './bench-postgres.ts';
import { startBareWorker } from './lifecycle/bare-worker.ts';
import { compare } from './rounds.ts';

const ROUNDS = 4;
const RUNS_PER_ROUND = 40;
const AT_ONCE = 20;
/** What the workflow tests join instead of starting a server of their own. */
const SERVER_VARIABLE = 'HOLDFAST_TEST_TEMPORAL';

/** The lifecycle of a recording with its real worker, against a workflow of one activity on the same server. */
export const lifecycle: Bench = {
  name: 'lifecycle',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const stopServer = await startServer(folder, postgres, report);
    try {
      const temporal = await openWorkflowTest();
      try {
        return await measure(temporal);
      } finally {
        await temporal.close();
      }
    } finally {
      await stopServer();
      await postgres.stop();
    }
  },
};

async function measure(temporal: WorkflowTest) {
  const plainClient = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  const workers = await temporal.startWorkers(
    new ScriptedActivities({ listDeliveries: () => Promise.resolve({ connectionIds: ['search'] }) }).byKind,
  );
  const bare = await startBareWorker(temporal.address, temporal.namespace, plainClient);
  try {
    const comparison = await compare(
      ROUNDS,
      () => perSecond(() => runLifecycle(temporal.client)),
      () => perSecond(() => bare.run(`bare/${randomUUID()}`)),
    );
    return {
      what: `Lifecycles of recordings from start to completion, ${AT_ONCE} at once, five activities each that answer at once`,
      unit: 'lifecycles per second',
      baseline: 'workflows of one activity, unencrypted and without interceptors, on the same server',
      comparison,
      details: { runsPerRound: RUNS_PER_ROUND, atOnce: AT_ONCE },
      notes: [
        'Temporal server with PostgreSQL, durable, one machine for server, database, workers and client.',
        'The activities do nothing, so this is the cost of driving a lifecycle: its history, encryption, versioning and interceptors.',
      ],
    };
  } finally {
    await bare.stop();
    await workers.stop();
  }
}

/** The server that runs already where there is one, else one on the bench's PostgreSQL as `npm start` has it. */
async function startServer(
  folder: string,
  postgres: BenchPostgres,
  report: (line: string) => void,
): Promise<() => Promise<void>> {
  const found = await findOrBuildTemporal({ report });
  if (found.kind === 'address') {
    process.env[SERVER_VARIABLE] = found.address;
    return () => Promise.resolve();
  }
  const server = await startTemporalServer({
    found,
    folder: join(folder, 'temporal'),
    port: await freePort(),
    store: {
      kind: 'postgres',
      host: '127.0.0.1',
      port: postgres.port,
      user: 'postgres',
      password: postgres.ownerPassword,
    },
  });
  process.env[SERVER_VARIABLE] = server.address;
  return () => server.stop();
}

async function runLifecycle(client: Client): Promise<void> {
  const { workflowId } = await startRecordingLifecycle(client, {
    tenantId: randomUUID(),
    recordingId: randomUUID(),
    spoolNode: NODE,
  });
  await client.workflow.result(workflowId);
}

/** Completed runs a second, so many at once. */
async function perSecond(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  let left = RUNS_PER_ROUND;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await run();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return RUNS_PER_ROUND / ((performance.now() - startedAt) / 1000);
}
