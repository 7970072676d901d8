import { quantile } from '../rounds.ts';
import { spentOn, type FrameCosts } from './frame-costs.ts';
import type { MeasuredPage } from './measured-page.ts';

const ROWS = '[data-testid="recording-link"]';
const WAIT_MS = 120_000;
const SCROLLS = 120;
const NOTCH_PX = 160;

/** Opens the list and waits until it is there; how long the largest paint took, and what it weighed. */
export async function load({ page, bytes, seen }: MeasuredPage, url: string, path: string, sign: string) {
  await page.goto(`${url}${path}`);
  await page.locator(sign).first().waitFor({ timeout: WAIT_MS });
  await settled(page);
  return { largestPaintMs: (await seen()).largestPaintMs, ...bytes() };
}

/** What somebody does with the list: searches, narrows, chooses columns, opens and comes back. Milliseconds to the answer of each. */
export async function work({ page }: MeasuredPage, words: string): Promise<Record<string, number>> {
  const took: Record<string, number> = {};
  const timed = async (name: string, act: () => Promise<unknown>, sign: () => Promise<unknown>) => {
    const begun = performance.now();
    await act();
    await sign();
    took[name] = performance.now() - begun;
    await settled(page);
  };
  const row = () => page.locator(ROWS).first().waitFor({ timeout: WAIT_MS });
  const answered = async () => {
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached', timeout: WAIT_MS });
    await row();
  };
  const box = page.getByRole('searchbox');
  await timed(
    'search',
    () => box.pressSequentially(words, { delay: 40 }),
    async () => {
      await page.waitForURL(/q=/);
      await answered();
    },
  );
  const facet = (name: string) => page.locator('details button[aria-pressed]', { hasText: name }).first();
  await timed('clear', () => page.getByRole('button', { name: 'Clear' }).click(), answered);
  await timed('narrowByState', () => facet('Retained').click(), answered);
  await timed('narrowByFault', () => facet('Partial').click(), answered);
  await timed('widen', () => facet('Partial').click(), answered);
  await timed(
    'columns',
    async () => {
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'Department' }).click();
    },
    () => page.getByRole('columnheader', { name: 'Department' }).waitFor(),
  );
  await page.keyboard.press('Escape');
  await page.locator(ROWS).first().focus();
  await timed('byKeys', () => page.keyboard.press('ArrowDown'), row);
  await timed(
    'open',
    () => page.locator(ROWS).nth(3).click(),
    () => page.waitForURL(/recordings\/[0-9a-f-]{36}/),
  );
  await timed('back', () => page.goBack(), row);
  return took;
}

/** Scrolls with the wheel through what is loaded and what comes; how it was shown, the costs for each frame. */
export async function scroll(measured: MeasuredPage): Promise<FrameCosts> {
  const { page, seen } = measured;
  await page.mouse.move(800, 500);
  const before = (await seen()).frames.length;
  const spent = await spentOn(measured, async () => {
    for (let n = 0; n < SCROLLS; n += 1) await page.mouse.wheel(0, NOTCH_PX);
  });
  const frames = (await seen()).frames.slice(before);
  const sum = frames.reduce((all, each) => all + each, 0);
  return {
    frames: frames.length,
    fps: (frames.length * 1000) / sum,
    slowestMs: quantile(frames, 0.99),
    scriptMs: spent.scriptMs / frames.length,
    styleMs: spent.styleMs / frames.length,
    layoutMs: spent.layoutMs / frames.length,
    mainMs: spent.mainMs / frames.length,
  };
}

/** Two frames after which nothing is left to do. */
async function settled(page: MeasuredPage['page']): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done))))',
  );
}
