import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Browser, Page } from 'playwright-core';
import { until } from '../../hub/processes/process-control.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { runToEnd, startRunningProduct, type RunningProduct } from '../support/running-product.ts';

let product: RunningProduct;
let browser: Browser;
let officer: Page;
let second: Page;
let recipient: Page;
let folder: string;
let identity: string;
let link: string;
let passcode: string;

/** A browser window of its own, as another person has it. */
async function newPerson(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true });
  return context.newPage();
}

/** A trust file as the sender hands it over by another way: the key by which the console shows custody. */
async function writeTrust(path: string, recordingId: string): Promise<void> {
  const custody = (await officer.evaluate(
    async (id) => (await fetch(`/api/v1/recordings/${id}/custody`)).json() as Promise<unknown>,
    recordingId,
  )) as { verifierKey: string };
  const origin = custody.verifierKey.replace(/\+[0-9a-f]{8}\+.*$/, '');
  const keys = [{ key: custody.verifierKey, from: '2020-01-01T00:00:00.000Z', until: null }];
  const trust = {
    format: 'holdfast-trust/1',
    logs: [{ origin, keys }],
    witnesses: { quorum: 0, keys: [] },
    timestamps: { required: false, authorities: [] },
  };
  await writeFile(path, JSON.stringify(trust));
}

describe('an export, from the wish to the court', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    // Every export needs a second person here.
    product = await startRunningProduct({ sample: true, args: ['--export-approval-recordings', '0'] });
    browser = await startBrowser();
    [officer, second, recipient] = [await newPerson(), await newPerson(), await newPerson()];
    folder = await mkdtemp(join(tmpdir(), 'holdfast-export-'));
    identity = await generateX25519Identity();
  }, 180_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await product.stop();
    await product.remove();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  browserTest(
    'is asked for on the page of a recording, and not approved by who asks',
    async () => {
      await officer.goto(product.signInLink);
      await officer.getByRole('link', { name: 'Recordings' }).click();
      await officer.getByTestId('recording-link').first().click();
      await officer.getByTestId('export-recording').click();
      await officer.getByLabel('Recipient', { exact: true }).fill('Erika Expert');
      await officer.getByLabel('Key of the recipient').fill('age1nonsense');
      await officer.getByLabel('Purpose').fill('Answer to the regulator');
      await officer.getByLabel('Matter').fill('Northwind');
      await officer.getByRole('button', { name: 'Ask for export' }).click();
      await officer.getByText('The key of the recipient cannot be used').waitFor();
      await officer.getByLabel('Key of the recipient').fill(await identityToRecipient(identity));
      await officer.getByRole('button', { name: 'Ask for export' }).click();
      await officer.getByText('This export waits for a second person').waitFor();
      await officer.getByTestId('to-approval').click();
      await officer.getByText('You asked for this yourself').waitFor();
      expect(await officer.getByTestId('approve').count()).toBe(0);
      await officer.getByTestId('about').click();
      await officer.getByTestId('export-state').waitFor();
    },
    90_000,
  );

  browserTest(
    'is approved by a second person who sees what it is, and then made',
    async () => {
      const added = await product.command('users', 'add', 'Sam Second', '--role', 'compliance_officer');
      expect(added.code).toBe(0);
      await second.goto((await product.command('sign-in', '--user', 'Sam Second')).output.trim());
      await second.getByRole('link', { name: 'Exports' }).first().click();
      await second.getByTestId('export-link').click();
      await second.getByText('Answer to the regulator').waitFor();
      await second.getByTestId('to-approval').click();
      await second.getByTestId('approve').click();
      await second.getByTestId('confirm-decision').click();
      await officer.getByTestId('export-state').getByText('Ready').waitFor({ timeout: 60_000 });
      await officer.getByText('Agreed by Sam Second').waitFor();
    },
    120_000,
  );

  browserTest(
    'reaches the recipient by link and passcode, who opens it and verifies it without the server',
    async () => {
      await officer.getByTestId('make-link').click();
      await officer.getByRole('dialog').getByRole('button', { name: 'Make link' }).click();
      link = await officer.getByTestId('secret-link').innerText();
      passcode = await officer.getByTestId('secret-passcode').innerText();
      await officer.getByRole('button', { name: 'I have noted both' }).click();

      await recipient.goto(link);
      // The page has its own style, under a policy that allows no other.
      expect(await recipient.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius")).toBe(
        '12px',
      );
      await recipient.getByLabel('Passcode').fill('AAAA-BBBB-CCCC');
      await recipient.getByRole('button', { name: 'Continue' }).click();
      await recipient.getByText('This passcode is not right').waitFor();
      await recipient.getByLabel('Passcode').fill(passcode.toLowerCase());
      await recipient.getByRole('button', { name: 'Continue' }).click();
      await recipient.getByText('Evidence bundle for Erika Expert').waitFor();
      const downloading = recipient.waitForEvent('download');
      await recipient.getByRole('link', { name: 'Download the bundle' }).click();
      const encrypted = await readFile(await (await downloading).path());

      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      const bundle = join(folder, 'bundle.zip');
      await writeFile(bundle, await decrypter.decrypt(encrypted));
      const recordingId = (await product.sql<{ id: string }>('select id from recording'))[0]!.id;
      await writeTrust(join(folder, 'trust.json'), recordingId);
      const verified = await runToEnd(['verify', bundle, '--trust', join(folder, 'trust.json')]);
      expect(verified.output).toMatch(/^VERIFIED: /);
      expect(verified.output).toContain('Made for     "Erika Expert"');
      expect(verified.code).toBe(0);
      await officer.getByText('Sent to its end').waitFor({ timeout: 30_000 });
    },
    120_000,
  );

  browserTest(
    'is taken back, and all of it stands in the audit',
    async () => {
      await officer.getByTestId('revoke-export').click();
      await officer.getByLabel('Reason').fill('The matter is settled');
      await officer.getByRole('button', { name: 'Revoke export' }).click();
      await officer.getByTestId('export-state').getByText('Revoked').waitFor();
      await recipient.goto(link);
      await recipient.getByText('This link was withdrawn').waitFor();
      const objects = join(product.data, 'objects/exports');
      await until(
        async () => (await filesBelow(objects)) === 0,
        30_000,
        'the bundle to be deleted from the object store',
      );

      await officer.getByRole('link', { name: 'Audit' }).first().click();
      await officer.getByLabel('Acts').selectOption({ label: 'Exports' });
      for (const act of [
        'Export revoked',
        'Bundle delivered as a whole',
        'Bundle fetched',
        'Passcode accepted',
      ])
        await officer.locator('#content').getByText(act, { exact: true }).waitFor();
      await officer.locator('#content').getByText('Export approved', { exact: true }).click();
      await officer.getByRole('heading', { name: 'Leaf hash' }).waitFor();
      expect(await officer.getByText('Proven', { exact: true }).count()).toBeGreaterThan(7);
      const downloading = officer.waitForEvent('download');
      await officer.getByRole('link', { name: 'Export as CSV' }).click();
      const csv = await readFile(await (await downloading).path(), 'utf8');
      expect(csv).toContain(',export.approved,done,export,');
      expect(csv).toContain(',Sam Second,');
    },
    120_000,
  );
});

async function filesBelow(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}
