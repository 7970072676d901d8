import { startTestTemporal } from './temporal-server.ts';
import { startTestPostgres } from './test-postgres.ts';

/** The services of one run of the integration tier; stopped by `stop-services.ts`. */
export const services: { stop: () => Promise<void> }[] = [];

/** Jest's global set-up: each run has servers, ports and folders of its own, so two runs can go at once. */
export default async function startServices(): Promise<void> {
  const postgres = await startTestPostgres();
  services.push(postgres);
  process.env['HOLDFAST_TEST_POSTGRES'] = postgres.url;
  try {
    const temporal = await startTestTemporal();
    services.push(temporal);
    Object.assign(process.env, temporal.variables);
  } catch (error) {
    await postgres.stop(); // a failed set-up has no tear-down
    throw error;
  }
}
