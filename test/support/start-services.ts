import { constants } from 'node:os';
import { startTestTemporal } from './temporal-server.ts';
import { startTestPostgres } from './test-postgres.ts';

/** The services of one run of the integration tier, the last started first. */
const services: { stop: () => Promise<void> }[] = [];

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

async function start(): Promise<void> {
  const postgres = await startTestPostgres();
  services.unshift(postgres);
  process.env['HOLDFAST_TEST_POSTGRES'] = postgres.url;
  try {
    const temporal = await startTestTemporal();
    services.unshift(temporal);
    Object.assign(process.env, temporal.variables);
  } catch (error) {
    await stopServices(); // a failed set-up has no tear-down
    throw error;
  }
}

/** Stops each once, however often it is asked. */
export async function stopServices(): Promise<void> {
  for (const service of services.splice(0)) await service.stop();
}
