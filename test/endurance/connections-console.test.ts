import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';

/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];

let product: RunningProduct;
let instance: ServicenowDouble;
let user: ReturnType<ServicenowDouble['addUser']>;
let browser: Browser;
let page: Page;

const picture = async (name: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
};
/** A busy machine is slow. */
const WAIT_MS = 120_000;

const recordingsThere = () => instance.tables.rows(RECORDINGS).length;
const RECORDINGS = 'x_hldf_holdfast_recording';

describe('connections in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    instance = await ServicenowDouble.start();
    user = instance.addUser('holdfast.hub', ['itil', ...instance.app.roles]);
    product = await startRunningProduct({ sample: true, args: ['--egress-private-network', 'true'] });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(WAIT_MS);
  }, 300_000);

  afterAll(async () => {
    if (!browserThere) return;
    await instance.stop();
    await browser.close();
    await product.stop();
    await product.remove();
  }, 90_000);

  browserTest(
    'a system is chosen, checked, tried without a write, and goes live',
    async () => {
      await page.goto(product.signInLink);
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      await page.goto(`${product.url}/connections/new`);
      await page.getByTestId('connector-servicenow').waitFor();
      await picture('connections-choose');
      await page.getByTestId('connector-servicenow').click();
      await page.getByLabel('Instance').fill('ftp://nowhere');
      await page.getByLabel('Integration user').fill(user.name);
      await page.getByLabel('recording', { exact: true }).check();
      await page.getByLabel('Client id').fill(user.clientId);
      await page.getByLabel('Client secret').fill(user.clientSecret);
      await page.getByTestId('make-connection').click();
      await page.getByText('must be a complete http or https address').first().waitFor();
      await picture('connections-refused');
      // The page refused it: the hub was not asked.
      expect(await product.sql("select id from connection where connector = 'servicenow'")).toEqual([]);
      await page.getByLabel('Instance').fill(instance.url);
      await page.getByTestId('make-connection').click();

      await page.getByTestId('run-checks').click();
      await until(
        async () => (await page.locator('[data-testid^=check-][data-status=ok]').count()) >= 3,
        WAIT_MS,
        'the checks to pass',
      );
      await page.reload(); // the draft is the state of the set-up
      await page.getByTestId('next-step').click();
      const editor = page.getByRole('textbox', { name: 'Expression, row 1' }).first();
      await editor.fill('record.callID');
      await page.getByText('There is no field "callID"').waitFor();
      await picture('connections-map');
      await page.getByText('Reshape the record first').first().click();
      const reshape = page.getByRole('textbox', { name: 'Reshape' }).first();
      await reshape.fill('{ "call": ');
      await page.getByTestId('reshape').getByText('was refused').first().waitFor();
      await reshape.fill('{ "call": callId }');
      await editor.fill('shape.call');
      await page.getByTestId('gives-title').getByText('sample@example.com').waitFor();
      await reshape.fill(''); // none, and the row reads the record again
      await editor.fill('record.callId.upp');
      await page.getByRole('option', { name: 'upperAscii' }).click();
      await page.getByTestId('gives-title').getByText('SAMPLE@EXAMPLE.COM').waitFor();
      await editor.press('Tab');
      expect(await editor.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(false);
      await page.getByTestId('save-mapping').first().click();
      await page.getByText('Version 2 holds').first().waitFor();

      await page.getByTestId('next-step').click();
      await page.getByLabel('Operation').selectOption('upsert-recording');
      await page.getByTestId('dry-run').click();
      await page.getByText('Would create').first().waitFor();
      await picture('connection-draft');
      await page.getByTestId('step-checks').click();
      await page.getByTestId('run-checks').click(); // over the new version
      await page.getByTestId('step-live').click();
      await page.getByText('Every required check passed').waitFor();
      expect(recordingsThere()).toBe(0);
      await page.getByTestId('move-connection').click();
      await page.getByTestId('connection-state').getByText('Live').waitFor();
      expect(await page.content()).not.toContain(user.clientSecret);
      const live = page.url();
      await page.goto(`${product.url}/connections/authorized?error=access_denied`);
      await page.getByText('gave no consent (access_denied)').waitFor();
      await page.goto(live);
    },
    300_000,
  );

  browserTest(
    'what the other side refuses becomes a dead letter with its cause, and is repaired in one step',
    async () => {
      // A rule of the other side's own, as their administrators write them.
      instance.tables.rules.push((table) => table !== RECORDINGS);
      await page.getByRole('button', { name: 'Tell it of older recordings' }).click();
      await page.getByRole('button', { name: 'Begin' }).click();
      await page.goto(`${product.url}/deliveries`);
      await page.getByTestId('dead-letter-group').waitFor();
      await picture('deliveries-dead');
      await page.getByRole('link', { name: 'Look at one' }).click();
      await page.getByTestId('delivery-state').getByText('Dead letter').waitFor();
      await page.getByTestId('compared').getByText('region').waitFor();
      await picture('delivery-dead');
      await page.getByRole('link', { name: 'What was sent with it' }).click();
      await page.getByTestId('delivery-link').waitFor();
      await page.goto(`${product.url}/delivery-runs?failed=true`);
      await page.getByTestId('run-link').filter({ hasText: 'ServiceNow' }).first().waitFor();
      await picture('delivery-runs');
      expect(recordingsThere()).toBe(0);

      instance.tables.rules.pop();
      await page.goto(`${product.url}/deliveries`);
      await page.getByTestId('replay-group').click();
      await until(async () => recordingsThere() === 1, WAIT_MS, 'the recording to be there');
      await until(
        async () => (await page.getByTestId('dead-letter-group').count()) === 0,
        WAIT_MS,
        'the dead letters to be gone',
      );
      await page.goto(`${product.url}/connections`);
      await page.getByTestId('connection-link').filter({ hasText: 'ServiceNow' }).waitFor();
      await picture('connections-board');
      await page.getByTestId('connection-link').filter({ hasText: 'ServiceNow' }).click();
      await page.getByTestId('compare').click();
      await page.getByText('as they should be').first().waitFor();
      await picture('connection-live');
    },
    300_000,
  );

  browserTest(
    'what an HR system sends is read by a mapping that was tried on a sample before',
    async () => {
      await page.goto(`${product.url}/connections/new?connector=webhook`);
      await page.getByLabel('Name').fill('HR');
      await page.getByLabel('Accepts').fill('hr.reported');
      await page.getByTestId('make-connection').click();
      await page.getByRole('button', { name: 'I have copied them' }).click();
      await page.goto(`${product.url}/hr`);
      await page.getByTestId('hr-mapping-link').click();
      await page.getByTestId('hr-preview').getByText('Erika Mustermann').waitFor();
      const person = page.getByRole('textbox', { name: 'Person' });
      await person.fill('record.');
      await page.getByText('/mapping/person').first().waitFor();
      await person.fill('record.id');
      await page.getByTestId('hr-preview').getByText('Hire').waitFor();
      await picture('hr-mapping');
      await page.getByTestId('save-hr-mapping').click();
      await until(
        async () => (await product.sql('select mapping from hr_mapping')).length === 1,
        WAIT_MS,
        'the mapping to be kept',
      );
    },
    300_000,
  );
});
