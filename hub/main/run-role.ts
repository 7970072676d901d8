import type { RunningRole } from './running-role.ts';

/**
 * Runs one role until the process is told to end: by a signal, or by the loss of
 * the supervisor that started it. Resolves when everything was given back.
 */
export async function runRole(start: () => Promise<RunningRole>): Promise<void> {
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        resolve();
      });
    process.once('disconnect', () => {
      resolve();
    });
  });
  const role = await start();
  await told;
  await role.stop();
  if (process.connected) process.disconnect();
}
