/** How light the console is: as the system wants it, or as the person chose. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'holdfast.theme';

/** What the person chose on this browser; `system` where they did not, or the choice is none that we know. */
export function chosenTheme(kept: Pick<Storage, 'getItem'>): Theme {
  const choice = kept.getItem(KEPT);
  return THEMES.find((theme) => theme === choice) ?? 'system';
}

/** Shows the page in a theme and keeps the choice on this browser. */
export function chooseTheme(kept: Pick<Storage, 'setItem'>, theme: Theme): void {
  kept.setItem(KEPT, theme);
  show(theme);
}

/** Shows the page in the theme that was chosen; before anything else, so that it does not flash. */
export function beginTheme(): void {
  show(chosenTheme(window.localStorage));
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
