import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { becomes } from '../support/becomes.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { addRecordingRow } from '../support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startTestHub, type TestHub } from '../support/test-hub.ts';

const CONSOLE_FOLDER = join(import.meta.dirname, '../../admin-ui/dist');
const WAIT_MS = 60_000;
/** More than the list puts into the page, and more than one page of the API. */
const RECORDINGS = 130;

let database: TestDatabase;
let hub: TestHub;
let browser: Browser;
let page: Page;

const rows = () => page.getByTestId('recording-link');
const shown = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
/** Which row of the table has the keyboard. */
const focusedRow = () =>
  page.evaluate<string | undefined>("document.activeElement?.closest('tr')?.dataset.index");

describe('the list of recordings in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    if (!existsSync(join(CONSOLE_FOLDER, 'index.html')))
      throw new Error('The console is not built; run `npm run build`.');
    database = await openTestDatabase();
    hub = await startTestHub(database, {}, { consoleFolder: CONSOLE_FOLDER });
    for (let n = 0; n < RECORDINGS; n += 1)
      await addRecordingRow(database.db, database.tenantId, {
        startedAt: new Date(Date.parse('2026-11-16T08:00:00Z') + n * 60_000).toISOString(),
        durationMs: 1_000 + ((n * 37) % RECORDINGS) * 1_000,
        partial: n % 10 === 0,
        department: n % 4 < 2 ? 'sales' : 'service',
      });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(WAIT_MS);
    const link = await hub.makeLink('compliance_officer');
    await page.goto(`${hub.url}/sign-in#${link.token}`);
    await page.getByRole('link', { name: 'Recordings' }).first().click();
    await rows().first().waitFor();
  }, 120_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await hub.close();
    await database.close();
  }, 60_000);

  browserTest(
    'goes from row to row by the keys, to the last of all, with few rows in the page',
    async () => {
      await rows().first().focus();
      await page.keyboard.press('ArrowDown');
      await until(async () => (await focusedRow()) === '1', WAIT_MS, 'the second row');
      await page.keyboard.press('Home');
      await until(async () => (await focusedRow()) === '0', WAIT_MS, 'the first row');
      // The end of what is loaded first, then of all: the next page is read on the way.
      await until(
        async () => {
          await page.keyboard.press('End');
          return (await focusedRow()) === String(RECORDINGS - 1);
        },
        WAIT_MS,
        'the last row',
      );
      expect(await rows().count()).toBeLessThan(100);
      await page.keyboard.press('Home');
      await until(async () => (await focusedRow()) === '0', WAIT_MS, 'the first row again');
    },
    180_000,
  );

  browserTest(
    'is ordered by its headings, with the keyboard, the same way for all pages',
    async () => {
      const heading = page.getByRole('columnheader', { name: 'Duration' });
      const orderedAs = async (direction: string, first: string) => {
        await page.keyboard.press('Enter');
        await until(async () => (await heading.getAttribute('aria-sort')) === direction, WAIT_MS, direction);
        await page.locator('tr[data-index="0"]').filter({ hasText: first }).waitFor();
      };
      await page.getByRole('button', { name: 'Duration' }).focus();
      await orderedAs('descending', '2:10');
      await becomes(() => new URL(page.url()).search, '?sort=-durationMs');
      await orderedAs('ascending', '0:01');
      await rows().first().focus();
      await until(
        async () => {
          await page.keyboard.press('End');
          return (await focusedRow()) === String(RECORDINGS - 1);
        },
        WAIT_MS,
        'the last row',
      );
      expect(await page.locator(`tr[data-index="${RECORDINGS - 1}"]`).textContent()).toContain('2:10');
      await page.getByRole('button', { name: 'When' }).click();
      await becomes(() => new URL(page.url()).search, '');
    },
    180_000,
  );

  browserTest(
    'is narrowed by what is counted, and kept as a view with an address that others can open',
    async () => {
      await page.getByRole('button', { name: 'Partial 13' }).click();
      await shown('13 shown · 13 found');
      await page.getByRole('button', { name: 'sales 7' }).click();
      await becomes(() => new URL(page.url()).search, '?partial=true&department=sales');
      await page.getByTestId('views').click();
      await page.getByTestId('save-view').click();
      await page.getByLabel('Name').fill('Faults of sales');
      await page.getByLabel('Everybody of the tenant sees it').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Save view' }).click();
      await page.getByText('View saved').first().waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
      await shown('130 found');
      const other = await (await browser.newContext()).newPage();
      await other.goto(`${hub.url}/sign-in#${(await hub.makeLink('auditor')).token}`);
      await other.getByRole('link', { name: 'Recordings' }).first().click();
      await other.getByTestId('views').click();
      await other.getByRole('link', { name: /Faults of sales/ }).click();
      await other.getByRole('status').filter({ hasText: '7 found' }).waitFor();
      await becomes(() => new URL(other.url()).search, '?partial=true&department=sales');
      await other.context().close();
    },
    180_000,
  );

  browserTest(
    'is taken as a file of what the search finds, and any other list as one of what it shows',
    async () => {
      const save = async (name: string) => {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page
            .getByRole(name === 'link' ? 'link' : 'button', { name: 'Download CSV' })
            .first()
            .click(),
        ]);
        return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
      };
      const lines = await save('link');
      expect(lines).toHaveLength(1 + RECORDINGS);
      expect(lines[0]).toBe('id,startedAt,parties,seconds,state,held,restricted,partial,keptUntil');
      await page.getByRole('link', { name: 'People' }).first().click();
      await page.getByTestId('person-link').filter({ hasText: 'Test auditor' }).first().waitFor();
      const people = await save('button');
      expect(people.length).toBeGreaterThan(2);
      expect(people.join('\n')).toContain('Test auditor');
    },
    180_000,
  );
});
