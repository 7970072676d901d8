import { rm } from 'node:fs/promises';
import { RunningServices } from '../support/running-services.ts';

const services = new RunningServices();

/** Has something stopped also where a signal ends the bench; answers how to stop it in the usual way. */
export function stopOnSignal(stop: () => Promise<void>): () => Promise<void> {
  return services.add(stop);
}

/** From now on Ctrl-C, and whoever ends this process because it took too long, leaves no server and no folder behind. */
export function endCleanly(folder: string): () => void {
  const end = (signal: NodeJS.Signals): void => {
    process.stderr.write(`${signal}: stopping what was started …\n`);
    void stopAll(folder).finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return () => {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  };
}

async function stopAll(folder: string): Promise<void> {
  await services.stopAll();
  await rm(folder, { recursive: true, force: true });
}
