import { aborted, onStopSignal } from '../processes/stop-signals.ts';
import type { RunningRole } from './running-role.ts';

/**
 * Runs one role until the process is told to end: by a signal, or by the loss of
 * the supervisor that started it. Resolves when everything was given back.
 */
export async function runRole(start: () => Promise<RunningRole>): Promise<void> {
  const asked = aborted(onStopSignal());
  const left = new Promise<void>((resolve) => {
    process.once('disconnect', () => {
      resolve();
    });
  });
  const role = await start();
  await Promise.race([asked, left]);
  await role.stop();
  if (process.connected) process.disconnect();
}
