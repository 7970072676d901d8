import { aborted, onStopSignal } from '../processes/stop-signals.ts';
import type { RunningRole } from './running-role.ts';

/** What holds a process whose role could not start: long enough to write why. */
const LAST_WORDS_MS = 1_000;

/**
 * Runs one role until the process is told to end: by a signal, or by the loss of
 * the supervisor that started it. Resolves when everything was given back. Where
 * the role cannot start, the process ends, whatever was opened by then: half a
 * role that lives on is never started again.
 */
export async function runRole(start: () => Promise<RunningRole>): Promise<void> {
  const asked = aborted(onStopSignal());
  const left = new Promise<void>((resolve) => {
    process.once('disconnect', () => {
      resolve();
    });
  });
  const role = await start().catch((error: unknown) => {
    setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
    throw error;
  });
  await Promise.race([asked, left]);
  await role.stop();
  if (process.connected) process.disconnect();
}
