import { constants } from 'node:os';
import { RunningServices } from './running-services.ts';
import { startTestTemporal } from './temporal-server.ts';
import { startTestPostgres } from './test-postgres.ts';

/** The services of one run of the integration tier. */
const services = new RunningServices();

/**
 * Jest's global set-up: each run has servers, ports and folders of its own, so two runs can go at once. A run that is
 * told to end (SIGTERM, Ctrl-C, a closed terminal) ends them first; Jest itself would leave them running.
 */
export default async function startServices(): Promise<void> {
  const started = start();
  let ending: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not once: a Ctrl-C comes from the terminal and from whoever runs this.
    process.on(signal, () => {
      ending ??= started
        .catch(() => undefined)
        .then(stopServices)
        .finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  await started;
}

/** Both at once: the schema is made on one core, beside which the other is free. */
async function start(): Promise<void> {
  const starting = [startPostgres(), startTemporal()];
  try {
    await Promise.all(starting);
  } catch (error) {
    await Promise.allSettled(starting);
    await stopServices(); // a failed set-up has no tear-down
    throw error;
  }
}

async function startPostgres(): Promise<void> {
  const postgres = await startTestPostgres();
  services.add(postgres.stop);
  process.env['HOLDFAST_TEST_POSTGRES'] = postgres.url;
}

async function startTemporal(): Promise<void> {
  const temporal = await startTestTemporal();
  services.add(temporal.stop);
  Object.assign(process.env, temporal.variables);
}

/** Stops each once, however often it is asked, and answers when all have stopped. */
export function stopServices(): Promise<void> {
  return services.stopAll();
}
