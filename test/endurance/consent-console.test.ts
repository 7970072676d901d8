import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { consentAuthority, type ConsentAuthority } from '../support/peers/consent-authority.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];
const INCIDENT = 'A connection needs a new consent, and nothing is sent there until then';

let product: RunningProduct;
let instance: ServicenowDouble;
let authority: ConsentAuthority;
let user: ReturnType<ServicenowDouble['addUser']>;
let browser: Browser;
let page: Page;
let connection: string;

const picture = async (name: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
};
const checksThat = (status: 'ok' | 'fail') =>
  page.locator(`[data-testid^=check-][data-status=${status}]`).count();
const allow = () => page.getByRole('button', { name: 'Allow' }).click();

describe('a consent in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    instance = await ServicenowDouble.start();
    user = instance.addUser('holdfast.hub', ['itil', ...instance.app.roles]);
    product = await startRunningProduct({ args: ['--egress-private-network', 'true'] });
    authority = consentAuthority(instance.url, {
      clientId: user.clientId,
      clientSecret: user.clientSecret,
      redirectUri: `${product.url}/connections/authorized`,
      user: user.name,
    });
    instance.authority = authority;
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  }, 180_000);

  afterAll(async () => {
    if (!browserThere) return;
    await instance.stop();
    await browser.close();
    await product.stop();
    await product.remove();
  }, 90_000);

  browserTest(
    'a person consents over there and comes back to the set-up, where the checks pass and the connection goes live',
    async () => {
      await page.goto(product.signInLink);
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      await page.goto(`${product.url}/connections/new?connector=servicenow`);
      await page.getByLabel('Instance').fill(instance.url);
      await page.getByLabel('Integration user').fill(user.name);
      await page.getByLabel('Kind of credential').selectOption('oauth2_code');
      await page.getByLabel('Client id').fill(user.clientId);
      await page.getByLabel('Client secret').fill(user.clientSecret);
      await page.getByTestId('make-connection').click();
      await page.getByTestId('sign-in-there').waitFor();
      connection = /connections\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
      await picture('consent-wanted');

      // Whoever refuses over there has changed nothing here.
      await page.getByTestId('sign-in-there').click();
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('gave no consent (access_denied)').waitFor();
      await page.goto(`${product.url}/connections/${connection}/set-up/sign-in`);
      await page.getByTestId('sign-in-there').click();
      await page.getByRole('heading', { name: 'act for holdfast.hub' }).waitFor();
      await allow();
      await page.waitForURL('**/set-up/checks');
      await page.getByTestId('run-checks').click();
      await until(async () => (await checksThat('ok')) >= 3, 60_000, 'the checks to pass');
      expect(await checksThat('fail')).toBe(0);
      expect(authority.asked).toEqual(['authorization_code', 'refresh_token']);
      await page.goto(`${product.url}/connections/${connection}/set-up/live`);
      await page.getByTestId('move-connection').click();
      await page.getByTestId('connection-state').getByText('Live').waitFor();
    },
    120_000,
  );

  browserTest(
    'a token that has ended is renewed; a consent that was taken back is told as an incident, and given anew',
    async () => {
      await page.goto(`${product.url}/connections/${connection}`);
      authority.endTokens();
      const before = authority.asked.length;
      await page.getByTestId('run-checks').click();
      await until(() => Promise.resolve(authority.asked.length > before), 60_000, 'the token to be renewed');
      await page.getByRole('button', { name: 'Run the checks' }).waitFor();
      expect(await checksThat('fail')).toBe(0);
      expect(await product.sql('select id from incident')).toEqual([]);

      await authority.revoke();
      await page.getByTestId('run-checks').click();
      await page.getByText('Needs consent').first().waitFor({ timeout: 60_000 });
      await picture('consent-ended');
      expect(await product.sql('select title, state from incident')).toEqual([
        { title: INCIDENT, state: 'open' },
      ]);
      await page.goto(`${product.url}/incidents`);
      await page.getByText(INCIDENT).waitFor();
      await picture('consent-incident');

      await page.goto(`${product.url}/connections/${connection}`);
      await page.getByTestId('sign-in-there').click();
      await allow();
      await page.waitForURL(`**/connections/${connection}`);
      await page.getByTestId('run-checks').click();
      await until(async () => (await checksThat('fail')) === 0, 60_000, 'the checks to pass');
      await page.getByText('Needs consent').waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain(user.clientSecret);
      expect(product.output()).not.toContain(user.clientSecret);
    },
    120_000,
  );
});
