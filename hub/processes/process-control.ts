import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../recorder-core/errors.ts';

/**
 * Asks again and again until `condition` holds.
 * @throws HoldfastError `timeout` after `limitMs`, naming what it waited for; a function names it as it stands then.
 */
export async function until(
  condition: () => Promise<boolean> | boolean,
  limitMs: number,
  what: string | (() => string),
  stepMs = 50,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      const named = typeof what === 'string' ? what : what();
      throw new HoldfastError('timeout', `Waited ${Math.round(limitMs / 1000)} s in vain for ${named}.`);
    }
    await delay(stepMs);
  }
}

/** Sends a signal to a child of ours and waits for its end; after `graceMs` it is killed. Safe to call twice. */
export async function stopProcess(
  child: ChildProcess,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
