import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { addDueRecordings } from '../support/due-recordings.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { sweepNow } from '../support/sweep-now.ts';

/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];
const WAIT_MS = 120_000;

let product: RunningProduct;
let browser: Browser;
/** The officer who asks, and the second person, each in a browser of their own. */
let page: Page;
let second: Page;
/** A recorded call of the sample, with sound. */
let recordingId: string;

const picture = async (name: string, of: Page = page): Promise<void> => {
  if (PICTURES === undefined) return;
  for (const scheme of ['light', 'dark'] as const) {
    await of.emulateMedia({ colorScheme: scheme });
    for (const width of [1360, 400]) {
      await of.setViewportSize({ width, height: 900 });
      await of.screenshot({ path: `${PICTURES}/${name}-${scheme}-${String(width)}.png`, fullPage: true });
    }
  }
  await of.emulateMedia({ colorScheme: 'light' });
  await of.setViewportSize({ width: 1360, height: 900 });
};

/** Signs a new officer in, in a browser of their own. */
async function signIn(name: string): Promise<Page> {
  await product.command('users', 'add', name, '--role', 'compliance_officer');
  const { output } = await product.command('sign-in', '--user', name);
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const own = await context.newPage();
  own.setDefaultTimeout(WAIT_MS);
  await own.goto(output.trim().split('\n').at(-1) ?? '');
  await own.getByRole('heading', { name: 'What needs you today' }).waitFor();
  return own;
}

const stateOf = async (id: string): Promise<string | undefined> =>
  (await product.sql<{ state: string }>('select state from recording where id = $1', [id]))[0]?.state;
const dialogButton = (of: Page, name: string) =>
  of.getByRole('dialog').getByRole('button', { name, exact: true });
/** The step at the top of the page says it. */
const step = (of: Page, text: string) => of.getByTestId('next-step').getByText(text).first().waitFor();

/** The second person opens what waits for them from the page of the thing, and decides. */
async function decide(at: string, verb: 'approve' | 'refuse', words?: string): Promise<void> {
  await second.goto(at);
  await second.getByTestId('to-approval').first().click();
  await second.getByTestId(verb).click();
  if (words !== undefined) await second.getByRole('dialog').getByRole('textbox').fill(words);
  await second.getByTestId('confirm-decision').click();
  const told = verb === 'approve' ? 'Approved' : 'Refused';
  await second.getByTestId('approval-state').getByText(told).waitFor();
}

describe('the work places of officers in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    product = await startRunningProduct({ sample: true });
    browser = await startBrowser();
    page = await signIn('Olga Officer');
    second = await signIn('Sven Second');
    await until(
      async () => (await product.sql("select 1 from recording where state = 'retained'")).length > 0,
      WAIT_MS,
      'the recorded call to be retained',
    );
    [{ id: recordingId }] = (await product.sql<{ id: string }>(
      "select id from recording where state = 'retained' limit 1",
    )) as [{ id: string }];
  }, 300_000);

  // What cannot be undone asks for a fresh proof, which lasts minutes; how it is given is `step-up-console.integration.test.ts`.
  beforeEach(async () => {
    if (browserThere) await product.sql('update session set stepped_up_at = now()');
  });
  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await product.stop();
    await product.remove();
  }, 120_000);

  browserTest(
    'a hold by query is counted and placed by keyboard alone, and disposal skips what it reaches',
    async () => {
      await page.goto(`${product.url}/matters`);
      await page.getByTestId('place-query-hold').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await fillByKeyboard(page, 'Matter', 'Northwind inquiry');
      await fillByKeyboard(page, 'Reason', 'Preserve for the regulator.');
      await fillByKeyboard(page, 'Numbers or addresses', '+14155550134');
      await tabTo(page, 'Count matches');
      await page.keyboard.press('Enter');
      await page.getByTestId('hold-preview').getByText('1 recording now').waitFor();
      await picture('hold-preview');
      await tabTo(page, 'Place hold');
      await page.keyboard.press('Enter');
      await page.getByTestId('matter-link').filter({ hasText: 'Northwind inquiry' }).waitFor();

      const loose = await addDueRecordings(
        { asOwner: product.sql, tenantId: await tenantOf() },
        { count: 1 },
      );
      // Time passes; by a door that no part of the product has, for what describes a held recording is frozen.
      await product.sql(
        `set session_replication_role = replica; update recording set started_at = '2001-01-01', ended_at = '2001-01-01';
         update recording_retention set retain_until = '2002-01-01'`,
      );
      await sweepNow(product);
      await until(
        async () => (await stateOf(loose[0] ?? '')) === 'disposed',
        WAIT_MS,
        'what is not held to be disposed of',
      );
      expect(await stateOf(recordingId)).toBe('retained');
      await page.goto(`${product.url}/disposals`);
      await page.getByTestId('certificate-link').first().click();
      await page.getByText('What was destroyed').waitFor();
      const saved = page.waitForEvent('download');
      await page.getByTestId('save-certificate').click();
      expect((await saved).suggestedFilename()).toBe(`holdfast-certificate-${loose[0] ?? ''}.json`);
      await picture('certificate');
    },
    400_000,
  );

  browserTest(
    'an approval is refused with a reason, and the release is agreed to when it is asked for again',
    async () => {
      await page.goto(`${product.url}/matters`);
      await page.getByTestId('matter-link').filter({ hasText: 'Northwind inquiry' }).click();
      await askForRelease('Nobody needs it any more.');
      const matter = page.url();
      await step(page, 'A second person has to agree to the release');
      await picture('matter-waits');
      // Whoever asked is told why they cannot decide, and is offered no button.
      await page.getByTestId('to-approval').click();
      await step(page, 'You asked for this yourself');
      expect(await page.getByTestId('approve').count()).toBe(0);
      await decide(matter, 'refuse', 'The regulator still asks.');
      await picture('approval-refused', second);
      await second.getByTestId('about').click();
      await second.getByTestId('release').getByText('The regulator still asks.').waitFor();

      await page.goto(matter);
      await page.getByTestId('release').getByText('Refused').waitFor();
      await askForRelease('The inquiry was closed.');
      await decide(matter, 'approve');
      await page.goto(matter);
      await step(page, 'The grace of the release runs');
      await picture('matter-grace');
      // In its grace it is protected still.
      expect(await stateOf(recordingId)).toBe('retained');
      await page.getByRole('button', { name: 'Take back' }).click();
      await page.getByLabel('Reason').fill('It goes on after all.');
      await dialogButton(page, 'Take back').click();
      await page.getByTestId('matter-state').getByText('Open').waitFor();
    },
    300_000,
  );

  browserTest(
    'a request goes from its intake to its answer, with its clocks, its plan and its receipts',
    async () => {
      await page.goto(`${product.url}/requests`);
      await page.getByTestId('open-request').click();
      await page.getByLabel('What is asked').selectOption('restriction');
      await page.getByLabel('Who asks').fill('Petra Person');
      await page.getByLabel('Numbers, addresses and names of the person').fill('+14155550134');
      await page.getByLabel('Where the person may be').fill('DE');
      await picture('request-open');
      await dialogButton(page, 'Open the request').click();
      await step(page, 'Make sure who asks');
      await page.getByTestId('clock').first().waitFor();
      await picture('request-identifying');
      await page.getByTestId('verify-request').click();
      await step(page, 'Decide about what was found');
      await page.getByTestId('request-item').first().waitFor();
      await picture('request-review');
      await page.getByTestId('submit-request').click();
      await page.getByTestId('request-plan').getByText('Restrict its use').waitFor();
      await picture('request-plan');
      await page.getByTestId('confirm-submit').click();
      await step(page, 'Answered');
      await page.getByTestId('store-receipts').first().waitFor();
      await page.getByTestId('clock').getByText('Met').first().waitFor();
      await picture('request-answered');
      const saved = page.waitForEvent('download');
      await page.getByTestId('letter').click();
      const letter = await (await saved).path();
      expect((await readFile(letter)).subarray(0, 5).toString()).toBe('%PDF-');
      await page.getByTestId('history').getByText('Answered').waitFor();
    },
    300_000,
  );

  browserTest(
    'an incident goes from its report to its closing, with its clocks beside each other',
    async () => {
      await page.goto(`${product.url}/incidents`);
      await page.getByRole('button', { name: 'Report an incident' }).click();
      await page.getByLabel('What happened').fill('A laptop with exported calls was lost.');
      await page.getByLabel('Recordings').fill(`${product.url}/recordings/${recordingId}`);
      await picture('incident-report');
      await dialogButton(page, 'Open incident').click();
      await step(page, 'Take it on');
      await page.getByRole('button', { name: 'Take it on' }).click();
      await step(page, 'Classify it');
      await page.getByTestId('next-step').getByRole('button', { name: 'Classify' }).click();
      for (const group of await page.getByRole('dialog').locator('fieldset').all()) {
        const personal = (await group.textContent())?.includes('personal data') === true;
        await group.getByRole('radio', { name: personal ? 'Yes' : 'No' }).check();
      }
      await page.getByLabel('Why').fill('Names and voices were on it.');
      await picture('incident-classify');
      await dialogButton(page, 'Classify').click();
      await step(page, 'A clock of the law runs');
      await page.getByRole('button', { name: 'Note that it was told' }).first().waitFor();
      await picture('incident-clocks');
      while ((await page.getByRole('button', { name: 'Note that it was told' }).count()) > 0) {
        const left = await page.getByRole('button', { name: 'Note that it was told' }).count();
        await page.getByRole('button', { name: 'Note that it was told' }).first().click();
        await page.getByLabel('What proves it').fill('Receipt 4711 of the authority.');
        await dialogButton(page, 'Save').click();
        await page.getByRole('dialog').waitFor({ state: 'detached' }); // behind it no button counts
        await until(
          async () => (await page.getByRole('button', { name: 'Note that it was told' }).count()) < left,
          WAIT_MS,
          'the clock to be answered',
        );
      }
      await page.getByTestId('next-step').getByRole('button', { name: 'Resolved' }).click();
      await page.getByLabel('What ended it').fill('It was found and wiped.');
      await dialogButton(page, 'Save').click();
      await page.getByTestId('next-step').getByRole('button', { name: 'Post-mortem' }).click();
      await page.getByLabel('Cause').fill('It was left in a train.');
      await page.getByLabel('Impact').fill('None that is known.');
      await page.getByLabel('Measures').fill('Exports stay on the server.');
      await dialogButton(page, 'Save').click();
      await step(page, 'Nothing is missing: it can be closed.');
      await page.getByTestId('next-step').getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByTestId('incident-state').getByText('Closed').waitFor();
      await page.getByTestId('clock').getByText('Told in time').first().waitFor();
      await picture('incident-closed');
    },
    300_000,
  );

  browserTest(
    'a dry disposal shows what would go, and a large one waits until a second person has agreed',
    async () => {
      const tenantId = await tenantOf();
      await addDueRecordings({ asOwner: product.sql, tenantId }, { count: 120 });
      await page.goto(`${product.url}/disposals`);
      await page.getByLabel('Until when').selectOption('0');
      await page.getByTestId('disposal-plan').getByText('120').first().waitFor();
      await page.getByText('Sample and proof').click();
      await page.getByText('drawn at random are past every floor').first().waitFor();
      await picture('disposal-plan');
      await sweepNow(product);
      await page.getByTestId('disposal-run').getByText('Waiting').first().waitFor();
      expect(await product.sql("select 1 from recording where state in ('disposing') limit 1")).toEqual([]);
      await picture('disposal-waits');
      await page.getByTestId('disposal-run').first().getByRole('link').first().click();
      await page.getByRole('heading', { name: 'Disposal run', exact: true }).waitFor();
      await decide(page.url(), 'approve');
      await picture('approval-approved', second);
      await sweepNow(product);
      await until(
        async () =>
          (await product.sql("select 1 from recording where state in ('disposing', 'disposed')")).length >
          100,
        WAIT_MS,
        'the run to claim what it was agreed to',
      );
      expect(await stateOf(recordingId)).toBe('retained');
    },
    300_000,
  );
});

async function askForRelease(reason: string): Promise<void> {
  await page.getByTestId('release-matter').click();
  await page.getByTestId('release-plan').waitFor();
  await page.getByLabel('Reason').fill(reason);
  await dialogButton(page, 'Ask for release').click();
  await page.getByTestId('matter-state').getByText('Releasing').waitFor();
}

async function tenantOf(): Promise<string> {
  const [found] = await product.sql<{ id: string }>('select tenant_id as id from recording limit 1');
  return found?.id ?? '';
}

/** Goes on with Tab until the element of that name has the focus; a mouse is never used. */
async function tabTo(of: Page, name: string): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    const at = await of.locator(':focus').evaluateAll(([focused]) => {
      const field = focused as { labels?: ArrayLike<{ textContent: string | null }> } | undefined;
      return field?.labels?.[0]?.textContent ?? focused?.textContent ?? '';
    });
    if (at.trim() === name) return;
    await of.keyboard.press('Tab');
  }
  throw new Error(`Nothing of the name "${name}" is reached by Tab.`);
}

async function fillByKeyboard(of: Page, label: string, text: string): Promise<void> {
  await tabTo(of, label);
  await of.keyboard.type(text);
}
