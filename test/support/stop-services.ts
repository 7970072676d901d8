import { services } from './start-services.ts';

/** Jest's global tear-down: stops what the set-up started, the last first. */
export default async function stopServices(): Promise<void> {
  for (const service of services.reverse()) await service.stop();
}
