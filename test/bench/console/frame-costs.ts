import type { CDPSession } from 'playwright-core';
import type { MeasuredPage } from './measured-page.ts';

/** What the page's main thread was busy with, milliseconds of its processor: what others do on the machine is not in it. */
export interface MainThread {
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
  /** All of it, painting and garbage collection among it. */
  readonly mainMs: number;
}

/** How an act was shown. */
export interface FrameCosts extends MainThread {
  readonly frames: number;
  readonly fps: number;
  readonly slowestMs: number;
}

const NAMES = {
  scriptMs: 'ScriptDuration',
  styleMs: 'RecalcStyleDuration',
  layoutMs: 'LayoutDuration',
  mainMs: 'TaskDuration',
} as const satisfies Record<keyof MainThread, string>;

/** Does something with the page and tells what the main thread spent on it. */
export async function spentOn({ page }: MeasuredPage, act: () => Promise<unknown>): Promise<MainThread> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await readMetrics(browser);
  await act();
  const after = await readMetrics(browser);
  await browser.detach();
  const spent = (name: keyof MainThread) =>
    ((after[NAMES[name]] ?? NaN) - (before[NAMES[name]] ?? NaN)) * 1000;
  return {
    scriptMs: spent('scriptMs'),
    styleMs: spent('styleMs'),
    layoutMs: spent('layoutMs'),
    mainMs: spent('mainMs'),
  };
}

async function readMetrics(browser: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await browser.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
