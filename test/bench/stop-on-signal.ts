import { rm } from 'node:fs/promises';

/** What runs beside this process and must not outlive it; what was started last ends first. */
const running: (() => Promise<void>)[] = [];

/** Has something stopped also where a signal ends the bench; answers how to stop it in the usual way. */
export function stopOnSignal(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const once = (): Promise<void> => {
    const place = running.indexOf(once);
    if (place !== -1) running.splice(place, 1);
    stopping ??= stop();
    return stopping;
  };
  running.push(once);
  return once;
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
  for (let stop = running.at(-1); stop !== undefined; stop = running.at(-1))
    await stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  await rm(folder, { recursive: true, force: true });
}
