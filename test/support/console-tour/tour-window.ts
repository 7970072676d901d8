import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { watchContract } from './watch-contract.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const REPORTS = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
  console.error('Content Security Policy:', effectiveDirective, blockedURI, sample));`;

/** Gives axe to every page of a context. Not as an element: the console's security policy lets no script in that is not its own. */
export async function addAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript(AXE);
}

/** How a window of the tour looks. */
export interface TourLook {
  readonly scheme: 'light' | 'dark';
  readonly language: 'en' | 'de';
}

/** A window of the console in which nothing may go wrong unnoticed. */
export interface TourWindow {
  readonly page: Page;
  /** Errors of the console, of scripts, of the security policy and of the API's contract since it was asked last. */
  troubles(): Promise<readonly string[]>;
  /** Answers of the API that were held against its document. */
  answers(): number;
  close(): Promise<void>;
}

/** Opens a window of its own and signs in by the link. */
export async function openTourWindow(
  browser: Browser,
  { scheme, language }: TourLook,
  signInLink: string,
): Promise<TourWindow> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    colorScheme: scheme,
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
  });
  await addAxe(context);
  await context.addInitScript(REPORTS);
  const page = await context.newPage();
  let troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
  const contract = await watchContract(page, new URL(signInLink).origin);
  await page.goto(signInLink);
  await page.locator('main h1').waitFor();
  return {
    page,
    async troubles() {
      const since = [...troubles, ...(await contract.faults())];
      troubles = [];
      return since;
    },
    answers: contract.seen,
    close: () => context.close(),
  };
}

/** Goes to an address and waits until the screen has its heading and what it shows. */
export async function visit(page: Page, address: string, shows: string | RegExp): Promise<void> {
  await page.goto(address);
  await page.locator('main h1').waitFor();
  await page.locator('main').getByText(shows).filter({ visible: true }).first().waitFor();
  await settled(page);
}

/** Waits until nothing is loading any more: no grey bars, and no request that goes on. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.animate-pulse').first().waitFor({ state: 'detached' });
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
}
