import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { addPerson, signInPerson } from '../support/console-tour/tour-person.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];
const picture = async (name: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
};

let product: RunningProduct;
let browser: Browser;
let page: Page;
let auditor: Page;

describe('the recording page and the system pages in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    product = await startRunningProduct({ sample: true });
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    await page.goto(product.signInLink);
    await page.waitForURL((url) => url.pathname !== '/sign-in');
    expect((await product.command('users', 'add', 'Outside auditor', '--role', 'auditor')).code).toBe(0);
    const { output } = await product.command('sign-in', '--user', 'Outside auditor');
    auditor = await (await browser.newContext()).newPage();
    await auditor.goto(output.trim());
    await auditor.waitForURL((url) => url.pathname !== '/sign-in');
  }, 240_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await product.stop();
    await product.remove();
  }, 90_000);

  browserTest(
    'an unauthorised playback is refused with the reason, whom to ask, and the way to a grant',
    async () => {
      await auditor.goto(`${product.url}/recordings`);
      await auditor.getByTestId('recording-link').first().click();
      const refused = auditor.getByTestId('refused-playback');
      await refused.getByText('No policy allows it to you').waitFor();
      expect(await refused.getByRole('listitem').count()).toBeGreaterThan(0); // whom to ask, what to do
      const id = auditor.url().split('/').at(-1) ?? '';
      const status = await auditor.evaluate(
        async (path) => (await fetch(path)).status,
        `/api/v1/recordings/${id}/audio`,
      );
      expect(status).toBe(403);
      const leaves = "select index from ledger_leaf where act = 'access.refused' and object_id = $1";
      await until(
        async () => (await product.sql(leaves, [id])).length === 1,
        15_000,
        'the refusal to have its place in the ledger',
      );
      await refused.getByTestId('ask-for-access').click();
      await auditor.waitForURL(
        (url) => url.pathname === '/grants' && url.searchParams.get('recording') === id,
      );
      await auditor.getByRole('dialog').waitFor();
    },
    120_000,
  );

  browserTest(
    'a playback by a grant stops with the end of the grant, however much was loaded, and says why',
    async () => {
      const officer = await signInPerson(product);
      await addPerson(officer, 'Second officer', 'compliance_officer');
      const [{ id: auditorId = '' } = {}] = await product.sql<{ id: string }>(
        "select id from app_user where name = 'Outside auditor'",
      );
      const [{ id = '' } = {}] = await product.sql<{ id: string }>(
        'select id from recording order by ended_at - started_at desc limit 1',
      );
      const grant = await officer.post('/grants/for', {
        to: { person: auditorId },
        acts: ['recording.read', 'recording.play'],
        purpose: 'audit',
        scope: { kind: 'recordings', ids: [id] },
        untilAt: new Date(Date.now() + 3_600_000).toISOString(),
        reason: 'Sample of the yearly audit.',
      });
      const second = await signInPerson(product, 'Second officer');
      const { items } = await second.get<{ items: { id: string; subject: { id: string } }[] }>(
        '/approvals/waiting',
      );
      const approval = items.find(({ subject }) => subject.id === grant.id);
      await second.post(`/approvals/${approval?.id ?? ''}/approve`, {});

      await auditor.goto(`${product.url}/recordings/${id}`);
      await auditor.getByTestId('by-grant').waitFor();
      await auditor.evaluate('globalThis.sound = document.querySelector("audio"); sound.loop = true');
      await auditor.getByRole('button', { name: 'Play', exact: true }).click();
      await until(
        async () => (await auditor.evaluate('!sound.paused && sound.currentTime > 0')) === true,
        30_000,
        'the sound to begin',
      );
      await officer.post(`/grants/${grant.id}/revoke`, { reason: 'The audit is over.' });
      await until(async () => (await auditor.evaluate('sound.paused')) === true, 30_000, 'the sound to stop');
      await auditor.getByTestId('grant-ended').getByText('has ended').waitFor();
      await auditor.getByTestId('refused-playback').getByText('No policy allows it to you').waitFor();
    },
    180_000,
  );

  browserTest(
    'somebody who asks why they may not is told what decides, what nearly would, and whom to ask',
    async () => {
      await auditor.goto(`${product.url}/why`);
      await auditor.getByLabel('Act', { exact: true }).fill('recording.play');
      await auditor.getByRole('button', { name: 'Ask', exact: true }).click();
      const answer = auditor.getByTestId('why-answer');
      await answer.getByRole('heading', { name: 'What to do' }).waitFor();
      await answer.getByText('Roles with recording.play:').waitFor();
      expect(new URL(auditor.url()).searchParams.get('act')).toBe('recording.play');

      await auditor.getByLabel('Act', { exact: true }).fill('recording.sing');
      await auditor.getByRole('button', { name: 'Ask', exact: true }).click();
      await auditor.getByText('It could not be answered').waitFor();

      await auditor.getByLabel('Act', { exact: true }).fill('recording.list');
      await auditor.getByRole('button', { name: 'Ask', exact: true }).click();
      await answer.waitFor();
      expect(await answer.getByRole('heading', { name: 'What to do' }).count()).toBe(0);
    },
    120_000,
  );

  browserTest(
    'two checkpoints are held against each other in the page, and the log is saved for the verifier',
    async () => {
      await page.goto(`${product.url}/ledger`);
      const boxes = page.getByRole('checkbox');
      await boxes.nth(1).waitFor();
      await boxes.first().check();
      await boxes.last().check();
      await page.getByTestId('check-consistency').click();
      await page.locator('[data-testid=consistency-result][data-result=grew]').waitFor();

      const saved = page.waitForEvent('download');
      await page.getByTestId('download-log').click();
      expect((await saved).suggestedFilename()).toMatch(/^ledger-\d+\.zip$/);

      await page.route('**/ledger/consistency?*', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.json()) as { proof: string[] };
        await route.fulfill({ response: answer, json: { ...body, proof: body.proof.toReversed().slice(1) } });
      });
      await page.getByTestId('check-consistency').click();
      await page.locator('[data-testid=consistency-result][data-result=differs]').waitFor();
      await page.unroute('**/ledger/consistency?*');
    },
    120_000,
  );

  browserTest(
    'a changed configuration is shown as a difference, and rolled back',
    async () => {
      const call = (path: string, body: object) =>
        page.evaluate(
          async ([to, sent]) => {
            const answer = await fetch(`/api/v1/${to ?? ''}`, {
              method: 'POST',
              headers: {
                'Content-Type': 'application/json',
                'X-Holdfast-Console': '1',
                'Idempotency-Key': crypto.randomUUID(),
              },
              body: sent ?? '',
            });
            return (await answer.json()) as { id: string };
          },
          [path, JSON.stringify(body)],
        );
      const { id } = await call('webhooks', {
        name: 'Case desk',
        description: 'Holds only',
        url: 'https://desk.example/in',
        types: ['hold.*'],
        signing: 'ed25519',
      });
      await call(`webhooks/${id}`, { description: 'Everything', types: ['*'] });

      await page.goto(`${product.url}/configuration?kind=webhook`);
      const history = page.getByTestId('configuration-history');
      await history.getByRole('listitem').nth(1).waitFor();
      await history.getByRole('link').first().click();
      const diff = page.getByTestId('configuration-diff');
      await diff.getByText('Everything').waitFor();
      await diff.getByText('Holds only').waitFor();

      await history.getByRole('link').nth(1).click();
      await page.getByTestId('restore-version').click();
      await page.getByTestId('confirm-restore').click();
      await history.getByRole('listitem').nth(2).waitFor();
      const rows = await product.sql<{ description: string; types: string[] }>(
        'select description, types from webhook_endpoint where id = $1',
        [id],
      );
      expect(rows).toEqual([{ description: 'Holds only', types: ['hold.*'] }]);
      await history.getByText('In force').first().waitFor();
    },
    120_000,
  );

  browserTest(
    'a configuration file is pasted, corrected at the line that it names, applied, and saved without its secret',
    async () => {
      const CANARY = 'canary-key-of-no-server';
      const file = (node: string) =>
        [
          'holdfast: 1',
          'name: console',
          'connections:',
          '  - name: Search over there',
          '    connector: elasticsearch',
          `    config: { node: "${node}" }`,
          '    credential: { type: api_key, apiKey: "${env:SEARCH_KEY}" }',
        ].join('\n');
      await page.goto(`${product.url}/configuration`);
      await page.getByRole('link', { name: 'Configuration file' }).click();
      const text = page.getByTestId('file-text');
      await text.fill(file('ftp://search.example'));
      await page.getByTestId('plan-file').click();
      const faults = page.getByTestId('file-faults');
      await faults.getByText('connections[0].config.node').waitFor();
      await faults.getByRole('button', { name: 'Line 6' }).click();
      expect(
        await text.evaluate((area) => {
          const { value, selectionStart, selectionEnd } = area as unknown as {
            readonly value: string;
            readonly selectionStart: number;
            readonly selectionEnd: number;
          };
          return value.slice(selectionStart, selectionEnd);
        }),
      ).toContain('ftp://search.example');
      await picture('configuration-file-faults');

      await text.fill(file('https://search.example:9200'));
      await page.getByTestId('plan-file').click();
      await faults.getByText('connections[0].credential.apiKey').waitFor();
      await page.getByLabel('env:SEARCH_KEY').fill(CANARY);
      await page.getByTestId('plan-file').click();
      const planned = page.getByTestId('planned');
      await planned.getByText('Search over there').waitFor();
      await planned.getByText('Added').waitFor();
      await picture('configuration-file-plan');
      await page.getByLabel('Why').fill('Change 4711');
      await page.getByTestId('apply-file').click();
      await page.getByTestId('applied').click();
      await planned.getByText('Unchanged').waitFor();
      await page.getByText('Nothing is to be done.').waitFor();

      const saved = page.waitForEvent('download');
      await page.getByTestId('export-file').click();
      const download = await saved;
      expect(download.suggestedFilename()).toBe('main.yaml');
      const written = await readFile(await download.path(), 'utf8');
      expect(written).toContain('name: Search over there');
      expect(written).not.toContain(CANARY);
      expect(product.output()).not.toContain(CANARY);
    },
    120_000,
  );
});
