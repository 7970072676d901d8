import type { Page } from 'playwright-core';
import { axeFaults, narrowFaults } from './check-screen.ts';
import { settled } from './tour-window.ts';

const FOCUS_PATIENCE_MS = 10_000;

/** Opens a dialog by the keyboard, looks at it, goes round in it by Tab, and leaves by Escape to where it was opened. */
export async function dialogFaults(page: Page, opener: string): Promise<readonly string[]> {
  const button = page.locator('main').getByRole('button', { name: opener, exact: true }).first();
  if ((await button.count()) === 0) return [`there is no button "${opener}"`];
  if (!(await button.isEnabled()) || (await button.getAttribute('aria-disabled')) === 'true')
    return [`the button "${opener}" is disabled`];
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await settled(page);
  const faults = [...(await axeFaults(page)), ...(await narrowFaults(page)), ...(await trapFaults(page))];
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  // The focus is given back in a turn of its own after the dialog has gone.
  const back = page.locator('main button:focus').filter({ hasText: opener });
  await back.waitFor({ timeout: FOCUS_PATIENCE_MS }).catch(() => {
    faults.push('Escape does not give the focus back to the button that opened it');
  });
  return faults.map((fault) => `dialog "${opener}": ${fault}`);
}

/** Tab stays inside and comes round. */
async function trapFaults(page: Page): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (;;) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate<string | null>(`(() => {
      const e = document.activeElement;
      if (e.closest('[role=dialog]') === null) return null;
      const all = [...document.querySelectorAll('[role=dialog] *')];
      return String(all.indexOf(e));
    })()`);
    if (at === null) return ['Tab leaves it while it is open'];
    if (seen.has(at)) return [];
    seen.add(at);
  }
}
