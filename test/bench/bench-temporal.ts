import { join } from 'node:path';
import { freePort } from '../../hub/processes/free-port.ts';
import { startTemporalServer } from '../../hub/temporal/server.ts';
import { findOrBuildTemporal } from '../../ops/temporal/find-or-build.mjs';
import type { BenchPostgres } from './bench-postgres.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** What the workflow tests join instead of starting a server of their own. */
const SERVER_VARIABLE = 'HOLDFAST_TEST_TEMPORAL';

/** The server that runs already where there is one, else one on the bench's PostgreSQL as `npm start` has it. Answers how to stop it. */
export async function startBenchTemporal(
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
  return stopOnSignal(() => server.stop());
}
