import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SOURCE = join(import.meta.dirname, '../../../admin-ui/src');
/** Shorter fixed parts than that are found by chance in names and ids. */
const LEAST_FIXED = 8;

/** Texts of a screen that are English keys of the catalogues: what a German reader must not meet. */
export class GermanTexts {
  readonly #exact = new Set<string>();
  readonly #patterns: { readonly key: string; readonly pattern: RegExp }[] = [];

  constructor() {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /(^|\W)(de|german)\.json$/.test(name)))
      this.#read(join(SOURCE, file));
  }

  /** Every piece of text in the page that a German text stands ready for. */
  async faults(page: Page, allowed: readonly string[] = []): Promise<readonly string[]> {
    const texts = await page.evaluate<readonly string[]>(`(() => {
      const out = new Set();
      const shown = (e) => e.checkVisibility({ visibilityProperty: true });
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest('code, pre, script, style, [lang=en], [data-from-server]') !== null || !shown(parent)) continue;
        out.add(walker.currentNode.data);
      }
      for (const e of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
        for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
          if (e.hasAttribute(name) && shown(e)) out.add(e.getAttribute(name));
      out.add(document.title.replace(/ · Holdfast$/, ''));
      return [...out].map((text) => text.trim().replace(/\\s+/g, ' ')).filter((text) => text !== '');
    })()`);
    return texts
      .filter((text) => !allowed.includes(text) && this.#isEnglish(text))
      .map((text) => `says in English: "${text}"`);
  }

  #isEnglish(text: string): boolean {
    return this.#exact.has(text) || this.#patterns.some(({ pattern }) => pattern.test(text));
  }

  #read(path: string): void {
    for (const [key, german] of Object.entries(
      JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>,
    )) {
      const english = key.replace(/_(one|other)$/, '');
      if (english === german) continue;
      if (!/\{\{|<\w+/.test(english)) this.#exact.add(english);
      else if (english.replace(/\{\{\w+\}\}|<[^>]*>/g, '').length >= LEAST_FIXED)
        this.#patterns.push({ key, pattern: patternOf(english) });
    }
  }
}

/** The text with anything in the place of its values; a text with elements in it is met in pieces, so they are not looked for. */
function patternOf(english: string): RegExp {
  const pieces = english
    .split(/\{\{\w+\}\}|<[^>]*>/)
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.+')}$`);
}
