import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { makeToken } from '../../hub/identity/bearer-token.ts';
import { insertSignInLink } from '../../recorder-core/records/sessions.ts';
import { becomes } from '../support/becomes.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
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

/** A page of somebody who has just signed in by a link, at a path. */
async function open(path: string, role = 'administrator'): Promise<{ page: Page; userId: string }> {
  const { token, userId } = await hub.makeLink(role);
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${hub.url}/sign-in?next=${encodeURIComponent(path)}#${token}`);
  return { page, userId };
}

/** A sign-in link of somebody who is there already. */
async function linkFor(userId: string): Promise<{ token: string }> {
  const { text, digest } = makeToken(database.tenantId, randomBytes);
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  await database.db.forTenant(database.tenantId, (tx) =>
    insertSignInLink(tx, database.tenantId, { tokenDigest: digest, userId, expiresAt }),
  );
  return { token: text };
}

describe('live updates', () => {
  browserTest(
    'a change shows on the page without a reload',
    async () => {
      const { page, userId } = await open('/matters');
      await page.getByRole('heading', { name: 'Matters', level: 1 }).waitFor();
      await page.getByRole('button', { name: 'All parts ready' }).click();
      await page.getByText('What changes is shown at once.').waitFor();
      await page.evaluate('globalThis.stays = true');
      await database.asOwner(
        "insert into matter (tenant_id, id, name, opened_by, opened_at) values ($1, gen_random_uuid(), 'Northwind inquiry', $2, now())",
        [database.tenantId, userId],
      );
      await page.getByText('Northwind inquiry').waitFor();
      expect(await page.evaluate('globalThis.stays')).toBe(true);
      await page.context().close();
    },
    120_000,
  );
});

describe('what a log is searched for', () => {
  browserTest(
    'stands in the address, so that whoever is sent the link sees the same',
    async () => {
      const { page } = await open('/access-log');
      await page.getByLabel('Act: recording.play').fill('recording.play');
      await page.getByLabel('From').fill('2026-01-31');
      await page.getByLabel('Outcome').selectOption('refused');
      await page.waitForURL(/outcome=refused/);
      const link = page.url();
      await page.goto('about:blank'); // with it goes what the page still waited for
      const answer = page.waitForResponse(/\/api\/v1\/access-log\?/);
      await page.goto(link);
      expect(new URL((await answer).url()).searchParams.get('outcome')).toBe('refused');
      const fields = ['Act: recording.play', 'From', 'Outcome'].map((label) => page.getByLabel(label));
      await becomes(
        () => Promise.all(fields.map((field) => field.inputValue())),
        ['recording.play', '2026-01-31', 'refused'],
      );

      await page.goto(`${hub.url}/audit?actor=Ada&group=access&from=none`);
      await becomes(() => page.getByLabel('Who', { exact: true }).inputValue(), 'Ada');
      expect(await page.getByLabel('From').inputValue()).toBe(''); // what is no day is left out
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.waitForURL((url) => url.search === '');
      await page.context().close();
    },
    120_000,
  );
});

describe('a dialog that somebody writes in', () => {
  browserTest(
    'asks before Escape, its cross or a click beside it throws the text away, and only then',
    async () => {
      const { page } = await open('/incidents');
      const dialog = page.getByRole('dialog', { name: 'Report an incident' });
      const question = page.getByTestId('discard-question');
      const report = page.getByRole('button', { name: 'Report an incident' }).first();
      await report.click();
      await dialog.getByLabel('What happened').focus();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' }); // nothing was typed

      await report.click();
      const field = dialog.getByLabel('What happened');
      await field.fill('A laptop was lost');
      for (const leave of [
        () => page.keyboard.press('Escape'),
        () => page.mouse.click(4, 4),
        () => dialog.getByRole('button', { name: 'Close' }).click(),
      ]) {
        await leave();
        await question.waitFor();
        await page.keyboard.press('Escape');
        await question.waitFor({ state: 'detached' });
        expect(await field.inputValue()).toBe('A laptop was lost');
      }
      await page.keyboard.press('Escape');
      await question.getByRole('button', { name: 'Discard' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.context().close();
    },
    120_000,
  );
});

describe('a session that ends', () => {
  browserTest(
    'loses nothing that was typed: the person signs in over the page, and the act is done once',
    async () => {
      const { page, userId } = await open('/incidents');
      await page.getByRole('button', { name: 'Report an incident' }).first().click();
      await page.getByLabel('What happened').fill('A laptop was lost');
      await database.asOwner('update session set ended_at = now() where user_id = $1', [userId]);
      await page.getByTestId('session-ended').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Open incident' }).click();

      const dialog = page.getByTestId('sign-in-again');
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      const { token } = await linkFor(userId);
      await dialog.getByLabel('Or paste the link here').fill(token);
      await dialog.getByRole('button', { name: 'Sign in', exact: true }).last().click();
      await page.getByRole('heading', { name: 'A laptop was lost' }).waitFor();
      expect(await database.asOwner("select 1 from incident where title = 'A laptop was lost'")).toHaveLength(
        1,
      );
      await page.context().close();
    },
    120_000,
  );

  browserTest(
    'goes on when the person signs in in another window, and leaves nothing to somebody else',
    async () => {
      const { page, userId } = await open('/matters');
      await page.getByRole('heading', { name: 'Matters', level: 1 }).waitFor();
      await database.asOwner('update session set ended_at = now() where user_id = $1', [userId]);
      await page.getByTestId('sign-in-again').waitFor();
      const other = await page.context().newPage();
      await other.goto(`${hub.url}/sign-in#${(await linkFor(userId)).token}`);
      await page.getByTestId('sign-in-again').waitFor({ state: 'detached' });
      await other.close();

      await page.evaluate('globalThis.stays = true');
      await database.asOwner('update session set ended_at = now() where user_id = $1', [userId]);
      const dialog = page.getByTestId('sign-in-again');
      await dialog.getByLabel('Or paste the link here').fill((await hub.makeLink('engineer')).token);
      await dialog.getByRole('button', { name: 'Sign in', exact: true }).last().click();
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      expect(await page.evaluate('globalThis.stays')).toBeUndefined();
      await page.context().close();
    },
    120_000,
  );
});

describe('the page', () => {
  browserTest(
    'runs under its policy and Trusted Types, and has no secret in it',
    async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.addInitScript(
        "globalThis.broken = []; addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => { broken.push([effectiveDirective, blockedURI, sample].join(' ')); });",
      );
      const { token } = await hub.makeLink('administrator');
      await page.goto(`${hub.url}/sign-in#${token}`);
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('live');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Live calls', level: 1 }).waitFor();
      await page.goto(`${hub.url}/access-policies/new`); // the editor makes style elements of its own
      await page.locator('.cm-content').first().waitFor();
      await becomes(
        () => page.evaluate("getComputedStyle(document.querySelector('.cm-scroller')).display"),
        'flex',
      );
      await page.keyboard.press('Control+k'); // and so do dialogs, to keep the page behind them in its place
      await page.getByRole('combobox').waitFor();
      await becomes(() => page.evaluate('getComputedStyle(document.body).overflow'), 'hidden');
      await page.keyboard.press('Escape');
      // The browser tells of a violation in a task of its own, after the statement was refused.
      await page.evaluate(
        "new Promise((told, took) => { addEventListener('securitypolicyviolation', told, { once: true }); try { document.body.innerHTML = '<b>refused</b>'; took(Error('text became a part of the page')); } catch {} })",
      );
      const broken = (await page.evaluate('globalThis.broken')) as string[];
      expect(broken).toEqual([expect.stringMatching(/^require-trusted-types-for/)]); // only the one of this test
      const scripts = (await page.evaluate(
        "Promise.all(performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)$/.test(name)).map(({ name }) => fetch(name).then((answer) => answer.text())))",
      )) as string[];
      const seen = [
        await page.content(),
        page.url(),
        String(
          await page.evaluate(
            'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state])',
          ),
        ),
        ...scripts,
      ].join('\n');
      const [cookie] = await context.cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
      for (const secret of [token, cookie?.value ?? token]) expect(seen.includes(secret)).toBe(false);
      await context.close();
    },
    120_000,
  );

  browserTest(
    'is moved through by keys, speaks German and is dark where the person wants it',
    async () => {
      const { page } = await open('/');
      await page.getByRole('heading', { name: 'What needs you today' }).waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await page.getByRole('heading', { name: 'Matters', level: 1 }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('0198c0de-0000-7000-8000-00000000dead');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/matters/0198c0de-0000-7000-8000-00000000dead');
      await page.getByRole('button', { name: 'Language and looks' }).click();
      await page.getByLabel('Light or dark').selectOption('dark');
      await becomes(() => page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'dark');
      await page.getByLabel('Language', { exact: true }).selectOption('de');
      await page.getByRole('link', { name: 'Verfahren' }).first().waitFor();
      await becomes(
        () => page.evaluate('document.documentElement.lang + document.documentElement.dataset.theme'),
        'dedark',
      );
      await page.context().close();
    },
    120_000,
  );
});
