import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { standingLevels } from '../../hub/api/schemas/incident-levels.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { axeFaults, headingFaults, narrowFaults } from '../support/console-tour/check-screen.ts';
import { openTourWindow } from '../support/console-tour/tour-window.ts';
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

describe('the page of who is called about incidents', () => {
  browserTest(
    'changes the levels of one severity and no other, and brings back those of the product',
    async () => {
      const officer = await hub.signIn('compliance_officer');
      const { token } = await hub.makeLink('administrator');
      const link = `${hub.url}/sign-in?next=%2Fincident-levels#${token}`;
      const window = await openTourWindow(browser, { scheme: 'light', language: 'en' }, link);
      const { page } = window;
      page.setDefaultTimeout(60_000);
      const low = page.getByRole('region', { name: 'Low' });
      await low.getByText('after 2 days').waitFor();
      for (const look of [axeFaults, headingFaults, narrowFaults]) expect(await look(page)).toEqual([]);
      await low.getByRole('button', { name: 'Change…' }).click();
      const dialog = page.getByRole('dialog');
      const second = dialog.getByRole('group', { name: 'Level 2' });
      await second.getByLabel('After how long level 2 is called').fill('90');
      await second.getByLabel('Unit of the time of level 2').selectOption('minutes');
      await second.getByLabel('Add a person to level 2').selectOption(officer.userId);
      await dialog.getByRole('group', { name: 'Level 3' }).getByRole('button', { name: 'Remove' }).click();
      expect(await axeFaults(page)).toEqual([]);
      await dialog.getByLabel('Reason').fill('Nights are staffed.');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await low.getByText('after 90 minutes').waitFor();
      await low.getByText(officer.name).waitFor();
      const changed = await officer.read(standingLevels, '/api/v1/incident-levels');
      expect(changed.levels.low).toEqual([
        { afterMinutes: 0, roles: ['compliance_officer'], people: [], connections: [] },
        {
          afterMinutes: 90,
          roles: ['compliance_officer', 'administrator'],
          people: [officer.userId],
          connections: [],
        },
      ]);
      expect(changed.levels.high.map(({ afterMinutes }) => afterMinutes)).toEqual([0, 60, 240]);
      await page.getByRole('button', { name: 'Back to the usual levels…' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('Nights are not staffed any more.');
      await page.getByTestId('confirm-reset-levels').click();
      await low.getByText('after 2 days').waitFor();
      expect((await officer.read(standingLevels, '/api/v1/incident-levels')).own).toBe(false);

      await low.getByRole('button', { name: 'Change…' }).click();
      const others = { ...changed.levels, medium: changed.levels.low };
      const meanwhile = { levels: others, version: changed.version + 1, reason: 'Faster.' };
      await officer.read(standingLevels, '/api/v1/incident-levels', { method: 'POST', body: meanwhile });
      await dialog.getByLabel('Reason').fill('Slower.');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByText('Somebody changed the levels meanwhile', { exact: false }).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await low.getByText('after 90 minutes').waitFor();

      await page.getByRole('link', { name: 'Versions' }).click();
      await page.getByRole('link', { name: 'Levels of incidents, version 1' }).click();
      await page.getByText('Faster.').waitFor();
      await page.getByTestId('restore-version').click();
      await page.getByRole('dialog').getByLabel('Reason').fill('As it was at first.');
      await page.getByTestId('confirm-restore').click();
      await page.getByRole('link', { name: 'Levels of incidents, version 4' }).waitFor();
      expect((await officer.read(standingLevels, '/api/v1/incident-levels')).levels).toEqual(changed.levels);
      // The browser tells of the answer that refused the slower one.
      expect(await window.troubles()).toEqual([expect.stringContaining('409 (Conflict)')]);
      await window.close();
    },
    120_000,
  );
});
