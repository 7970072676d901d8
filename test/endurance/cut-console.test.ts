import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];
const WAIT_MS = 120_000;

let product: RunningProduct;
let browser: Browser;
let recordingId: string;

/** Signs a new officer in, in a browser of their own. */
async function signIn(name: string): Promise<Page> {
  await product.command('users', 'add', name, '--role', 'compliance_officer');
  const { output } = await product.command('sign-in', '--user', name);
  const page = await (await browser.newContext({ viewport: { width: 1360, height: 900 } })).newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(output.trim().split('\n').at(-1) ?? '');
  await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
  return page;
}

describe('a span that is cut out in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    product = await startRunningProduct({ sample: true });
    browser = await startBrowser();
    const retained = () => product.sql<{ id: string }>("select id from recording where state = 'retained'");
    await until(async () => (await retained()).length > 0, WAIT_MS, 'the recorded call to be retained');
    recordingId = (await retained())[0]?.id ?? '';
  }, 300_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await product.stop();
    await product.remove();
  }, 120_000);

  browserTest(
    'is asked for by one officer, agreed to by another, and then silent, with its ground and who agreed on the page',
    async () => {
      const [page, second] = [await signIn('Olga Officer'), await signIn('Sven Second')];
      await page.goto(`${product.url}/recordings/${recordingId}`);
      await page.getByTestId('ask-cut').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('From').fill('0:01');
      await dialog.getByLabel('To', { exact: true }).fill('0:02.5');
      await dialog.getByLabel('Reason').fill('The card number was read out.');
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/cut-dialog.png` });
      await page.getByTestId('confirm-cut').click();
      await page.getByText('Waits for a second person').waitFor();
      const [cut] = await product.sql<{ id: string }>('select id from recording_cut');

      await second.goto(`${product.url}/approvals/${cut?.id ?? ''}`);
      await second.getByText('Cut out of a recording').first().waitFor();
      await second.getByTestId('approve').click();
      await second.getByTestId('confirm-decision').click();

      // The page is told of the end, and marks the span without being loaded anew.
      await page.getByText('card data, agreed to by Sven Second').first().waitFor();
      await page.getByRole('list', { name: 'Legend' }).getByText('Cut out').waitFor();
      await until(
        async () => (await product.sql("select 1 from recording_cut where state = 'cut'")).length === 1,
        WAIT_MS,
        'the cut to be over',
      );
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/cut-made.png`, fullPage: true });
      const samples = await page.evaluate<number[]>(`fetch('/api/v1/recordings/${recordingId}/audio').then(
        async (answer) => {
          const wav = new DataView(await answer.arrayBuffer());
          const [channels, rate] = [wav.getUint16(22, true), wav.getUint32(24, true)];
          const loudest = (from, to) => {
            let most = 0;
            for (let at = 44 + 2 * channels * Math.round(from * rate); at < 44 + 2 * channels * Math.round(to * rate); at += 2)
              most = Math.max(most, Math.abs(wav.getInt16(at, true)));
            return most;
          };
          return [loudest(0, 1), loudest(1, 2.5), loudest(2.6, 4)];
        })`);
      expect(samples.map((most) => most > 0)).toEqual([true, false, true]);
    },
    300_000,
  );
});
