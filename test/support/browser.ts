/** Chromium for tests of the console. Where it is not installed they are skipped and say so. */
import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { CHROMIUM, launchBrowser } from './browser-launch.ts';

/** Whether there is one to start. */
export const browserThere = existsSync(CHROMIUM);

/** A test in a browser; without one it is skipped, with the reason in its title. */
export function browserTest(title: string, work: () => Promise<void>, timeoutMs: number): void {
  if (browserThere) test(title, work, timeoutMs);
  else test.skip(`${title} (skipped: Chromium is not installed; apt-get install chromium)`, work);
}

/** Starts it without a window; pages of one context share their session, contexts are as strangers. */
export const startBrowser = launchBrowser;
