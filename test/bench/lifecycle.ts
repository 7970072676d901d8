import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { startRecordingLifecycle } from '../../hub/worker/start-recording-lifecycle.ts';
import { ScriptedActivities } from '../support/scripted-activities.ts';
import { NODE, openWorkflowTest, type WorkflowTest } from '../support/workflow-test.ts';
import type { Bench, BenchFigures } from './bench.ts';
import { MANY_ROWS, startBenchPostgres } from './bench-postgres.ts';
import { startBenchTemporal } from './bench-temporal.ts';
import { consent } from './consent.ts';
import { measureHolds } from './holds.ts';
import { addRecordings, DUE_FROM, ROWS } from './lifecycle/many-recordings.ts';
import { measureSweep } from './sweep.ts';
import { startBareWorker } from './lifecycle/bare-worker.ts';
import { compare } from './rounds.ts';

const ROUNDS = 4;
const RUNS_PER_ROUND = 40;
const AT_ONCE = 20;
/** The lifecycle of a recording with its real worker, against a workflow of one activity on the same server. */
const journey: Bench = {
  name: 'journey',
  async run({ folder, report }) {
    const postgres = await startBenchPostgres(folder);
    const stopServer = await startBenchTemporal(folder, postgres, report);
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

/** All figures of the lifecycle, one after the other, each with a baseline of its own. */
export const lifecycle: Bench = {
  name: 'lifecycle',
  async run({ folder, report }) {
    const part = async <T>(
      name: string,
      run: (folder: string, tell: typeof report) => Promise<T>,
    ): Promise<T> => {
      report(name);
      const own = join(folder, name);
      await mkdir(own, { mode: 0o755 });
      await chmod(folder, 0o755); // PostgreSQL may run as another user
      const answer = await run(own, (line) => report(`  ${line}`));
      await rm(own, { recursive: true, force: true });
      return answer;
    };
    const whole = await part('journey', (own, tell) => journey.run({ folder: own, report: tell }));
    const { sweep, holds } = await part('recordings', overMany);
    const consents = await part('consent', (own, tell) => consent.run({ folder: own, report: tell }));
    return {
      ...whole,
      details: { ...whole.details, sweep, holds, consent: consents },
      summary: {
        lifecycleRatio: whole.comparison.ratio,
        lifecyclesPerSecond: whole.comparison.subject.median,
        sweepRowsPerSecond: sweep.summary?.['sweepRowsPerSecond'] ?? Number.NaN,
        holdEffectiveSeconds: holds.summary?.['holdEffectiveSeconds'] ?? Number.NaN,
        consentP99Ms: consents.summary?.['consentP99Ms'] ?? Number.NaN,
      },
    };
  },
};

/** Loading takes longer than measuring, so sweep and holds look at the same recordings. */
async function overMany(
  folder: string,
  report: (line: string) => void,
): Promise<{ readonly sweep: BenchFigures; readonly holds: BenchFigures }> {
  const postgres = await startBenchPostgres(folder, MANY_ROWS);
  try {
    await addRecordings(postgres.ownerUrl, postgres.tenantId, { rows: ROWS, dueFrom: DUE_FROM, report });
    const sweep = await measureSweep(postgres, report);
    return { sweep, holds: await measureHolds(postgres, folder, report) };
  } finally {
    await postgres.stop();
  }
}

async function measure(temporal: WorkflowTest) {
  const plainClient = new Client({ connection: temporal.connection, namespace: temporal.namespace });
  const workers = await temporal.startWorkers(
    new ScriptedActivities({ queueRecording: () => Promise.resolve({ connectionIds: ['search'] }) }).byKind,
  );
  const bare = await startBareWorker(temporal.address, temporal.namespace, plainClient);
  try {
    const comparison = await compare(
      ROUNDS,
      () => perSecond(() => runLifecycle(temporal.client)),
      () => perSecond(() => bare.run(`bare/${randomUUID()}`)),
    );
    return {
      what: `Lifecycles of recordings from start to completion, ${AT_ONCE} at once, four activities each that answer at once`,
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
