import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
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

/** A page of somebody who has just signed in by a link, at a path. */
async function open(path: string, role = 'administrator'): Promise<{ page: Page; userId: string }> {
  const { token, userId } = await hub.makeLink(role);
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  page.setDefaultTimeout(60_000);
  await page.goto(`${hub.url}/sign-in?next=${encodeURIComponent(path)}#${token}`);
  return { page, userId };
}

describe('live updates', () => {
  browserTest(
    'a change shows on the page without a reload',
    async () => {
      const { page, userId } = await open('/matters');
      await page.getByRole('heading', { name: 'Matters', level: 1 }).waitFor();
      await page.waitForResponse((response) => response.url().endsWith('/api/v1/changes'));
      await page.evaluate('globalThis.stays = true');
      await database.asOwner(
        "insert into matter (tenant_id, id, name, opened_by, opened_at) values ($1, gen_random_uuid(), 'Northwind inquiry', $2, now())",
        [database.tenantId, userId],
      );
      await page.getByText('Northwind inquiry').waitFor();
      expect(await page.evaluate('globalThis.stays')).toBe(true);
      await page.close();
    },
    120_000,
  );
});
