import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { IllegalStateError } from '@temporalio/common';
import { openLogger } from '../../hub/observability/logger.ts';
import type { DesiredState } from '../../hub/temporal/desired-state.ts';
import type { WorkflowBundle } from '../../hub/worker/bundle.ts';
import { openDataConverter } from '../../hub/worker/data-converter.ts';
import type { PayloadKeys } from '../../hub/worker/payload-codec.ts';
import { runWorkers, type ActivitiesByKind, type RunningWorkers } from '../../hub/worker/run-workers.ts';
import { keptBundle } from '../../hub/worker/kept-bundle.ts';
import { installTemporalRuntime, toSdkLogger } from '../../hub/worker/runtime.ts';
import { startTestTemporal } from './temporal-server.ts';

export const NODE = 'test-node';
export const SILENT = openLogger('test', NODE, 'silent');

/** The key of the stored histories; it protects nothing but them. */
export const TEST_KEYS: PayloadKeys = readTestKeys();

/** No source changes while tests run, so a worker looks for it once: its digest reads a thousand files. */
let bundling: Promise<WorkflowBundle> | undefined;

/** A namespace of its own on a real server, for the workflow tests of one file. */
export interface WorkflowTest {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  readonly connection: Connection;
  readonly desired: DesiredState;
  /** Starts workers on all queues, with these activities; a kind that is left out is not served. */
  startWorkers(activities: ActivitiesByKind, bundle?: WorkflowBundle): Promise<RunningWorkers>;
  /** Stops all workers that it started since it did so before. */
  stopWorkers(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The SDK's runtime is one per process, and so one for all test files of a worker; it goes with its last user. Installs it
 * where there is none.
 */
export function installTestRuntime(): void {
  try {
    installTemporalRuntime({ logger: SILENT });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error; // one is there
  }
}

/** Opens it. */
export async function openWorkflowTest(
  options: Pick<ConnectionOptions, 'interceptors'> = {},
): Promise<WorkflowTest> {
  installTestRuntime();
  const temporal = await startTestTemporal();
  const namespace = `test-${randomUUID()}`;
  const desired = await temporal.namespace(namespace, { keys: TEST_KEYS });
  const connection = await Connection.connect({ address: temporal.address, ...options });
  const client = new Client({
    connection,
    namespace,
    identity: 'test',
    dataConverter: openDataConverter(TEST_KEYS),
  });
  const kept = (bundling ??= keptBundle(toSdkLogger(SILENT)));
  let started: RunningWorkers[] = [];
  return {
    address: temporal.address,
    namespace,
    client,
    connection,
    desired,
    async startWorkers(activities, bundle) {
      const workers = await runWorkers({
        address: temporal.address,
        namespace,
        desired,
        keys: TEST_KEYS,
        kinds: Object.keys(activities),
        node: NODE,
        activities,
        logger: SILENT,
        bundle: bundle ?? (await kept),
        makeCurrent: true,
        shutdownGraceMs: 1_000,
      });
      started.push(workers);
      return workers;
    },
    async stopWorkers() {
      const stopping = started;
      started = [];
      await Promise.all(stopping.map((workers) => workers.stop()));
    },
    async close() {
      await connection.close();
      await temporal.stop();
    },
  };
}

function readTestKeys(): PayloadKeys {
  const path = join(import.meta.dirname, '../histories/key.json');
  const { keyId, key } = JSON.parse(readFileSync(path, 'utf8')) as { keyId: string; key: string };
  return { activeKeyId: keyId, keys: new Map([[keyId, Buffer.from(key, 'base64')]]) };
}
