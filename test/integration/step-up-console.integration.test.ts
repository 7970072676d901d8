import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { hold } from '../../hub/api/schemas/hold.ts';
import { matterDetail } from '../../hub/api/schemas/matter.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { addRecordingRow } from '../support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { setProof, startTestHub, type TestHub, type TestPerson } from '../support/test-hub.ts';

const CONSOLE_FOLDER = join(import.meta.dirname, '../../admin-ui/dist');
/** Where to leave pictures of the screens; none are taken where it is not said. */
const PICTURES = process.env['HOLDFAST_PICTURES'];
const REASON = 'The matter is closed, and nobody needs it any more.';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let browser: Browser;
let page: Page;
let origin: string;
let userId: string;

/** Asks in the console for the release of a new matter, up to the button that does it. */
async function askForRelease(matter: string): Promise<string> {
  const id = await addRecordingRow(database.db, database.tenantId);
  const body = { matter, reason: 'Litigation is expected.', kind: 'legal', recordingIds: [id] };
  const { matterId } = await officer.read(hold, '/api/v1/holds', { method: 'POST', body });
  await setProof(database, userId, null);
  await page.goto(`${origin}/matters/${matterId}`);
  await page.getByTestId('release-matter').click();
  await page.getByLabel('Reason').fill(REASON);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /release/i })
    .click();
  // Keys are heard once it has the focus; until then Escape is for the dialog below it.
  await page.locator('[role=dialog]:has([data-testid=proof-dialog]):focus-within').waitFor();
  return matterId;
}

/** By what stands in the page: to a role, a dialog is not there while another is open above it. */
const dialogsGone = () => page.locator('[role=dialog]').first().waitFor({ state: 'detached' });
const releasesOf = async (matterId: string) =>
  (await officer.read(matterDetail, `/api/v1/matters/${matterId}`)).releases;
const picture = async (name: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png` });
};

describe('a fresh proof in a browser', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    if (!existsSync(join(CONSOLE_FOLDER, 'index.html')))
      throw new Error('The console is not built; run `npm run build`.');
    database = await openTestDatabase();
    const origins: string[] = [];
    const proofs = { relyingParty: { id: 'localhost', origins }, secret: Buffer.alloc(32, 6) };
    hub = await startTestHub(database, { proofs }, { consoleFolder: CONSOLE_FOLDER });
    origin = hub.url.replace('127.0.0.1', 'localhost');
    origins.push(origin);
    officer = await hub.signIn('compliance_officer');
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(60_000);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const link = await hub.makeLink('administrator');
    userId = link.userId;
    await page.goto(`${origin}/sign-in#${link.token}`);
    await page.getByRole('link', { name: 'Add an authenticator' }).click();
  }, 120_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await hub.close();
    await database.close();
  }, 60_000);

  browserTest(
    'a passkey is added; the release of holds asks for it and goes on with what was typed',
    async () => {
      await page.getByTestId('add-passkey').click();
      await page.getByLabel('What you call it').fill('Key on my ring');
      await page.getByTestId('confirm-add-passkey').click();
      await page.getByTestId('authenticators').getByText('Key on my ring').waitFor();
      await picture('authenticators');
      const matterId = await askForRelease('Matter 7');
      await picture('proof-dialog');
      expect(await releasesOf(matterId)).toEqual([]);
      await page.getByTestId('prove-by-passkey').click();
      await dialogsGone();
      expect(await releasesOf(matterId)).toMatchObject([{ state: 'asked', reason: REASON }]);
    },
    180_000,
  );

  browserTest(
    'whoever closes the question has changed nothing, and proves it by the code of an app the next time',
    async () => {
      const matterId = await askForRelease('Matter 8');
      await page.keyboard.press('Escape');
      await page.getByText('Nothing was changed', { exact: true }).waitFor();
      expect(await page.getByLabel('Reason').inputValue()).toBe(REASON);
      expect(await releasesOf(matterId)).toEqual([]);

      await setProof(database, userId, new Date());
      await page.goto(`${origin}/authenticators`);
      await page.getByTestId('add-totp').click();
      const secret = await page.getByTestId('secret-secret').innerText();
      await picture('add-totp');
      const totp = new TOTP({ secret: Secret.fromBase32(secret.trim()) });
      await page.getByLabel('What you call it').fill('App on my phone');
      await page.getByLabel('Code that the app shows').fill(totp.generate());
      await page.getByTestId('confirm-add-totp').click();
      await page.getByTestId('authenticators').getByText('App on my phone').waitFor();

      const another = await askForRelease('Matter 9');
      await page.getByLabel('Code of your authenticator app').fill('000 000');
      await page.getByTestId('prove-by-code').click();
      await page.getByText('This code is wrong').waitFor();
      // The next code of its own half minute is good as well, and was not used.
      await page
        .getByLabel('Code of your authenticator app')
        .fill(totp.generate({ timestamp: Date.now() + 30_000 }));
      await page.getByTestId('prove-by-code').click();
      await dialogsGone();
      expect(await releasesOf(another)).toMatchObject([{ state: 'asked' }]);
    },
    180_000,
  );

  browserTest(
    'whoever has a passkey signs in with it, and is asked for no proof right after',
    async () => {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByTestId('sign-in-with-passkey').click();
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      expect(await database.asOwner('select 1 from session where means = $1', ['passkey'])).toHaveLength(1);
    },
    180_000,
  );
});
