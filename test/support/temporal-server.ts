import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { freePort } from '../../hub/processes/free-port.ts';
import { applyDesiredState } from '../../hub/temporal/apply.ts';
import { readDesiredState, type DesiredState } from '../../hub/temporal/desired-state.ts';
import { startTemporalServer, type TemporalServerOptions } from '../../hub/temporal/server.ts';
import { openDataConverter } from '../../hub/worker/data-converter.ts';
import type { PayloadKeys } from '../../hub/worker/payload-codec.ts';
import { findOrBuildTemporal } from '../../ops/temporal/find-or-build.mjs';

const ADDRESS_VARIABLE = 'HOLDFAST_TEST_TEMPORAL';
const KIND_VARIABLE = 'HOLDFAST_TEST_TEMPORAL_KIND';

/** The shipped desired state. */
export const TEMPORAL_YAML = join(import.meta.dirname, '../../temporal.yaml');

/**
 * False in a run that had to do with the development server of the `temporal`
 * command: it does not skip time, so tests that need that are left out.
 */
export const HAS_PRODUCTION_SERVER = process.env[KIND_VARIABLE] !== 'cli';

/** A real Temporal server for tests. */
export interface TestTemporal {
  /** host:port of the frontend. */
  readonly address: string;
  readonly kind: 'server' | 'cli';
  /** What the global set-up puts into the environment, so that every test file joins this server. */
  readonly variables: Readonly<Record<string, string>>;
  /** Makes a namespace with the shipped temporal.yaml applied; each test file takes one of its own. */
  namespace(name: string, options: TestNamespaceOptions): Promise<DesiredState>;
  /** Ends the server, if this call of startTestTemporal started it. */
  stop(): Promise<void>;
}

export interface TestNamespaceOptions {
  readonly keys: PayloadKeys;
  /** Schedules fire by themselves; off by default, so that a test says when. */
  readonly schedules?: boolean;
}

/**
 * Joins the server of this run of the tests (HOLDFAST_TEST_TEMPORAL, set by the
 * global set-up) or, alone, starts one on a folder and a port of its own. The
 * server can skip time for workflows that ask for it.
 */
export async function startTestTemporal(): Promise<TestTemporal> {
  const shared = process.env[ADDRESS_VARIABLE];
  if (shared !== undefined)
    return at(shared, HAS_PRODUCTION_SERVER ? 'server' : 'cli', () => Promise.resolve());
  const found = await findForTests();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-temporal-'));
  const server = await startTemporalServer({
    found,
    folder,
    port: await freePort(),
    store: { kind: 'sqlite' },
    settings: found.kind === 'server' ? { 'frontend.WorkflowTimeSkippingEnabled': true } : {},
  });
  return at(server.address, found.kind, async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

/** The production server where it stands or can be built, else the development server. */
async function findForTests(): Promise<TemporalServerOptions['found']> {
  try {
    const found = await findOrBuildTemporal({ production: true });
    if (found.kind === 'server') return found;
  } catch {
    // No Go: a command on the PATH or a download may still help.
  }
  const found = await findOrBuildTemporal({ env: { ...process.env, TEMPORAL_ADDRESS: undefined } });
  if (found.kind === 'address') throw new Error('Tests take no server that others use.');
  return found;
}

function at(address: string, kind: TestTemporal['kind'], stop: () => Promise<void>): TestTemporal {
  return {
    address,
    kind,
    variables: { [ADDRESS_VARIABLE]: address, [KIND_VARIABLE]: kind },
    stop,
    async namespace(name, { keys, schedules = false }) {
      const shipped = await readDesiredState(TEMPORAL_YAML);
      const desired = schedules ? shipped : { ...shipped, schedules: {} };
      const connection = await Connection.connect({ address });
      try {
        await applyDesiredState({
          connection,
          desired,
          dataConverter: openDataConverter(keys),
          namespace: name,
        });
      } finally {
        await connection.close();
      }
      return desired;
    },
  };
}
