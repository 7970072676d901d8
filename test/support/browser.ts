/** Chromium for tests of the console. Where it is not installed they are skipped and say so. */
import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Whether there is one to start. */
export const browserThere = existsSync(CHROMIUM);

/** A test in a browser; without one it is skipped, with the reason in its title. */
export function browserTest(title: string, work: () => Promise<void>, timeoutMs: number): void {
  if (browserThere) test(title, work, timeoutMs);
  else test.skip(`${title} (skipped: Chromium is not installed; apt-get install chromium)`, work);
}

/** Starts it without a window; pages of one context share their session, contexts are as strangers. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}
