import type { Page } from 'playwright-core';

/** Whoever presses Tab more often than that on one screen is lost. */
const MOST_STEPS = 400;

const MOST_NAMED = 3;

/** Marks every control of the main part that Tab has to reach; of a group with one stop, only that. */
const MARK = `(() => {
  const selector = 'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]';
  const root = document.querySelector('[role=dialog]') ?? document.querySelector('main');
  let count = 0;
  for (const e of root.querySelectorAll(selector)) {
    const box = e.getBoundingClientRect();
    const off = e.disabled || e.tabIndex < 0 || e.closest('[inert]') !== null || (box.width === 0 && box.height === 0) ||
      !e.checkVisibility({ visibilityProperty: true });
    const other = e.type === 'radio' && !e.checked && root.querySelector('input[name="' + e.name + '"]:checked');
    const radios = e.type === 'radio' && !e.checked && root.querySelector('input[name="' + e.name + '"]') !== e;
    if (!off && !other && !radios) e.dataset.tourStop = String(count++);
  }
  return count;
})()`;

/** What has the focus: its mark, how it reads, and whether it can be seen there. */
const FOCUSED = `(() => {
  const e = document.activeElement;
  if (e === null || e === document.body) return null;
  // A link that covers its row shows the ring around the row.
  const ringed = [undefined, '::after'].some((part) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e, part);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
  // An editor shows it around the box that it stands in.
  let around = e.parentElement;
  let outer = false;
  for (let level = 0; level < 4 && around !== null; level += 1, around = around.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(around);
    outer ||= outlineStyle !== 'none' && outlineWidth !== '0px';
  }
  const box = e.getBoundingClientRect();
  return {
    stop: e.dataset.tourStop ?? null,
    html: e.outerHTML.slice(0, 140),
    inMain: e.closest('main, [role=dialog]') !== null,
    ringed: ringed || outer,
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
})()`;

interface Focused {
  readonly stop: string | null;
  readonly html: string;
  readonly inMain: boolean;
  readonly ringed: boolean;
  readonly inView: boolean;
}

/** Goes through the screen by Tab: every control is reached, its focus can be seen, and nothing keeps it. */
export async function keyboardFaults(page: Page): Promise<readonly string[]> {
  const wanted = await page.evaluate<number>(MARK);
  await page.evaluate("document.querySelector('main').focus()");
  const reached = new Set<string>();
  const faults: string[] = [];
  let last: string | null = null;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<Focused | null>(FOCUSED);
    if (focused === null || !focused.inMain) break;
    // A field of several parts, such as a date, takes several steps.
    if (focused.stop !== null && focused.stop !== last && reached.has(focused.stop)) {
      faults.push(`Tab comes back to ${focused.html} before it leaves the screen`);
      break;
    }
    const isPart = last !== null && focused.stop === last;
    last = focused.stop;
    if (last !== null) reached.add(last);
    if (!focused.ringed && !isPart) faults.push(`the focus cannot be seen on ${focused.html}`);
    if (!focused.inView) faults.push(`the focus is out of view on ${focused.html}`);
  }
  return [...faults, ...(await unreached(page, wanted, reached))];
}

async function unreached(page: Page, wanted: number, reached: ReadonlySet<string>): Promise<string[]> {
  const left: string[] = [];
  for (let stop = 0; stop < wanted; stop += 1) {
    if (reached.has(String(stop))) continue;
    const there = page.locator(`[data-tour-stop="${stop}"]`);
    // What was shown anew meanwhile has lost its mark, and stands there without it.
    if ((await there.count()) > 0)
      left.push((await there.first().evaluate('(e) => e.outerHTML.slice(0, 140)')) as string);
  }
  const shown = left.slice(0, MOST_NAMED).map((html) => `Tab does not reach ${html}`);
  return left.length > MOST_NAMED ? [...shown, `nor ${left.length - MOST_NAMED} more`] : shown;
}
