import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { toIndexedPng } from './indexed-png.ts';
import { pictureFile } from './tour-stop.ts';

/** Where the pictures of the handbook stand. */
const PICTURES = join(import.meta.dirname, '../../../docs/console');
/** A longer screen is cut there: its beginning says what it is. */
const MOST_HEIGHT = 1000;
const LEAST_HEIGHT = 700;

/** Writes what the page shows, from its top, as wide as its window. */
export async function writePicture(page: Page, name: string, scheme: 'light' | 'dark'): Promise<void> {
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0); document.fonts.ready');
  await page.mouse.move(0, 0);
  const before = page.viewportSize() ?? { width: 1360, height: 900 };
  await page.setViewportSize({ width: before.width, height: LEAST_HEIGHT });
  const full = await page.evaluate<number>('document.querySelector("main").scrollHeight');
  // The side bar is as high as the window; so is the picture.
  const height = Math.max(LEAST_HEIGHT, Math.min(full, MOST_HEIGHT));
  await page.setViewportSize({ width: before.width, height });
  const file = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await page.setViewportSize(before);
  await mkdir(PICTURES, { recursive: true });
  await writeFile(join(PICTURES, pictureFile(name, scheme)), toIndexedPng(file));
}
