import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { becomes } from '../support/becomes.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';

const BUILT = join(import.meta.dirname, '../../admin-ui/dist');

let database: TestDatabase;
let hub: TestHub;
let browser: Browser;

beforeAll(async () => {
  if (!browserThere) return;
  database = await openTestDatabase();
  hub = await startTestHub(database, {}, { consoleFolder: BUILT });
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  if (!browserThere) return;
  await browser.close();
  await hub.close();
  await database.close();
}, 60_000);

/** The form of a new connection to Snowflake, filled in but for what is still to be wrong. */
async function openForm(): Promise<Page> {
  const { token } = await hub.makeLink('administrator');
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${hub.url}/sign-in?next=${encodeURIComponent('/connections/new')}#${token}`);
  await page.getByTestId('connector-elasticsearch').click();
  await page.getByLabel('Address').fill('https://search.example:9200');
  await page.getByLabel('API key', { exact: true }).fill('key-of-the-search');
  return page;
}

/** The name of the field that the keys go to. */
const focused = (page: Page) =>
  page.evaluate(
    'document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel ?? document.activeElement.tagName',
  );

describe('a field that is refused', () => {
  browserTest(
    'has the focus, whether the page or the hub refused it, and says why',
    async () => {
      const page = await openForm();
      await page.getByLabel('Address').fill('ftp://search.example');
      await page.getByTestId('make-connection').click();
      await page.locator('[aria-invalid=true]').first().waitFor();
      await becomes(() => focused(page), 'Address');

      await page.getByLabel('Address').fill('https://search.example:9200');
      // Only the hub looks into what is sent in a header.
      await page.getByLabel('API key', { exact: true }).fill('key of\u00e9');
      await page.getByTestId('make-connection').click();
      await page.getByText('it has a character that cannot be sent').waitFor();
      await becomes(() => focused(page), 'API key');
      expect(await page.getByText('Nothing was made').count()).toBe(0); // said once, at the field

      await page.getByLabel('API key', { exact: true }).fill('key-of-the-search');
      await page.getByTestId('make-connection').click();
      await page.waitForURL(/\/connections\/[0-9a-f-]{36}/);
      await page.close();
    },
    180_000,
  );
});
