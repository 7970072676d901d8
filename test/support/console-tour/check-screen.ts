import type { Page } from 'playwright-core';

/** What axe looks for: WCAG 2.0 to 2.2, A and AA, and its own good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NARROW = 320;

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Every violation that axe finds in what is shown now, each with its first places. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  const script = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] })
    .then(({ violations }) => violations)`;
  const violations = await page.evaluate<readonly Violation[]>(script);
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map(({ html, failureSummary }) => {
      const why = failureSummary?.replaceAll(/\s+/g, ' ') ?? '';
      return `\n    ${html.slice(0, 160)}\n      ${why.slice(0, 240)}`;
    });
    return `axe ${id}: ${help} (${nodes.length})${places.join('')}`;
  });
}

/** How long a page may take to name its window after the heading it shows already. */
const NAMED_WITHIN_MS = 10_000;

/** One first-level heading, and a window that is named after it, which is done in a turn of its own. */
export async function headingFaults(page: Page): Promise<readonly string[]> {
  const deadline = Date.now() + NAMED_WITHIN_MS;
  for (;;) {
    const faults = await headingFaultsNow(page);
    if (faults.length === 0 || Date.now() > deadline) return faults;
  }
}

async function headingFaultsNow(page: Page): Promise<readonly string[]> {
  const headings = await page.locator('h1').allInnerTexts();
  const title = await page.title();
  return [
    ...(headings.length === 1 ? [] : [`has ${headings.length} first-level headings`]),
    ...(title === `${headings[0] ?? ''} · Holdfast`
      ? []
      : [`is named "${title}", its heading is "${headings[0]}"`]),
  ];
}

/** On 320 pixels nothing makes the page scroll sideways (WCAG 1.4.10); areas that scroll in themselves may. */
export async function narrowFaults(page: Page): Promise<readonly string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height: 800 });
  const wide = await page.evaluate<readonly string[]>(`(() => {
    if (document.scrollingElement.scrollWidth <= ${NARROW}) return [];
    const scrolls = (e) => ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    // What stands outside the flow is held by the first ancestor that is positioned, not by those between.
    const holder = (e) => (getComputedStyle(e).position === 'absolute' && e.offsetParent ? e.offsetParent : e.parentElement);
    const held = (e) => {
      for (let p = holder(e); p !== null; p = holder(p)) if (scrolls(p)) return true;
      return false;
    };
    const out = [...document.querySelectorAll('body *')].filter(
      (e) => e.getBoundingClientRect().right > ${NARROW} + 0.5 && !held(e));
    return ['is ' + document.scrollingElement.scrollWidth + ' pixels wide on ${NARROW}: ' +
      out.slice(0, 3).map((e) => e.outerHTML.slice(0, 140)).join(' | ')];
  })()`);
  if (before !== null) await page.setViewportSize(before);
  return wide;
}
