import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../hub/processes/free-port.ts';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { axeFaults, headingFaults } from '../support/console-tour/check-screen.ts';
import { addAxe, visit } from '../support/console-tour/tour-window.ts';
import { sweepNow } from '../support/sweep-now.ts';
import { operateProduct, type OperatedProduct } from './operate-product.ts';

const MOST_USED = [
  '/',
  '/recordings',
  '/matters',
  '/requests',
  '/incidents',
  '/approvals',
  '/exports',
  '/audit',
  '/people',
  '/connections',
];

const running = {} as OperatedProduct;
let product: RunningProduct;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const port = String(await freePort());
  running.codec = `http://127.0.0.1:${port}`;
  product = await startRunningProduct({
    sample: true,
    args: ['--start-codec', 'true', '--codec-port', port],
  });
  running.product = product;
}, 180_000);

afterAll(async () => {
  await running.product.stop();
  await running.product.remove();
}, 90_000);

describe('the console in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(60_000);
    await addAxe(page.context());
  }, 60_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
  });

  browserTest(
    'signs in by the printed link, finds the call by search and plays it',
    async () => {
      await page.goto(product.signInLink);
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      await page.getByRole('link', { name: 'Recordings' }).click();
      await page.getByTestId('recording-link').first().waitFor();
      await page.getByRole('searchbox').fill('harbour desk');
      await until(
        async () => (await page.getByTestId('recording-link').count()) === 1,
        60_000,
        'the search to find one call',
      );
      await page.getByRole('searchbox').fill('no such party');
      await until(
        async () => (await page.getByTestId('recording-link').count()) === 0,
        60_000,
        'the search to find nothing',
      );
      await page.getByRole('searchbox').fill('4155550134');
      await page.getByTestId('recording-link').first().click();
      await page.getByTestId('waveform-1').waitFor();
      await page.getByTestId('play').click();
      await until(
        async () => !/^0:00/.test(await page.getByTestId('player-time').innerText()),
        60_000,
        'the player to advance',
      );
      await page.getByTestId('play').click();
      await until(
        async () =>
          (await product.sql("select act from ledger_leaf where act = 'recording.played'")).length > 0,
        60_000,
        'the playback to be in the log',
      );
    },
    240_000,
  );

  browserTest(
    'proves the custody in the page by a pinned key, and refuses a proof that was changed on the way',
    async () => {
      await page.goto(`${product.url}/recordings`);
      await page.getByTestId('recording-link').first().click();
      const verdict = page.getByTestId('proof-result');
      await page.getByTestId('check-proof').click();
      await page.locator('[data-testid=proof-result][data-verdict=unpinned]').waitFor();
      await page.getByTestId('pin-key').click();
      await page.getByTestId('pin-this-key').click();
      await page.getByTestId('check-proof').click();
      await page.locator('[data-testid=proof-result][data-verdict=proven]').waitFor();
      // A second look is held against the first: the log may only have grown.
      await page.getByTestId('check-proof').click();
      await page.locator('[data-testid=proof-grown][data-outcome=holds]').waitFor();

      await page.route('**/custody', async (route) => {
        const answer = await route.fetch();
        const custody = (await answer.json()) as { entries: { leaf: string }[] };
        const entries = custody.entries.map((entry) => ({
          ...entry,
          leaf: entry.leaf.replace('recording.stored', 'recording.played'),
        }));
        await route.fulfill({ response: answer, json: { ...custody, entries } });
      });
      await page.getByTestId('check-proof').click();
      await page.locator('[data-testid=proof-result][data-verdict=broken]').waitFor();
      expect(await verdict.getByTestId('proof-included').getAttribute('data-outcome')).toBe('broken');
      expect(await verdict.getByTestId('proof-signed').getAttribute('data-outcome')).toBe('holds');
      await page.unroute('**/custody');
    },
    240_000,
  );

  browserTest(
    'places a hold that the retention sweep respects, while an equal call without one is disposed of',
    async () => {
      await page.getByTestId('place-hold').click();
      await page.getByLabel('Matter').fill('Northwind inquiry');
      await page.getByLabel('Reason').fill('Preserve for the regulator');
      await page.getByRole('dialog').getByRole('button', { name: 'Place hold' }).click();
      await page.getByTestId('hold-badge').first().waitFor();

      expect((await product.command('call', '--target', product.sipTarget)).code).toBe(0);
      const heldId = page.url().split('/').at(-1);
      const stateOf = async (held: boolean): Promise<string | undefined> =>
        (
          await product.sql<{ state: string }>(`select state from recording where (id = $1) = $2`, [
            heldId,
            held,
          ])
        )[0]?.state;
      await until(
        async () => (await stateOf(false)) === 'retained',
        60_000,
        'the second call to be retained',
      );
      // Time passes; by a door that no part of the product has, for what describes a held recording is frozen.
      await product.sql(
        `set session_replication_role = replica; update recording set started_at = '2001-01-01', ended_at = '2001-01-01';
         update recording_retention set retain_until = '2002-01-01'`,
      );
      await sweepNow(product);
      await until(
        async () => (await stateOf(false)) === 'disposed',
        60_000,
        'the call without a hold to be disposed of',
      );
      expect(await stateOf(true)).toBe('retained');

      await page.reload();
      await page.getByTestId('hold-badge').first().waitFor();
      await page.getByTestId('play').click();
      await until(
        async () => !/^0:00/.test(await page.getByTestId('player-time').innerText()),
        60_000,
        'the held call to play still',
      );
      const verified = await product.command('audit');
      expect(verified.output).toContain('Disposed of with a certificate');
      expect(verified.code).toBe(0);
    },
    300_000,
  );

  // The whole tour, with the keyboard, dark, narrow and German: test/endurance/console-tour.test.ts.
  browserTest(
    'axe finds nothing on the screens that are used most',
    async () => {
      const faults: string[] = [];
      for (const screen of MOST_USED) {
        await visit(page, product.url + screen, /./);
        faults.push(
          ...[...(await axeFaults(page)), ...(await headingFaults(page))].map(
            (fault) => `${screen}: ${fault}`,
          ),
        );
      }
      expect(faults).toEqual([]);
    },
    300_000,
  );
});

describe('a running product', () => operateProduct(running));
