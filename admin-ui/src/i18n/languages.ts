/** The languages of the console; dates, numbers and texts follow one choice. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof LANGUAGES;

/** How dates and numbers are written in each. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

const KEPT = 'holdfast.language';

/** What the person chose on this browser, else the first of its languages that the console has, else English. */
export function chosenLanguage(kept: Pick<Storage, 'getItem'>, wanted: readonly string[]): Language {
  const choice = kept.getItem(KEPT);
  if (choice !== null && isLanguage(choice)) return choice;
  return wanted.map((tag) => tag.split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

/** Keeps the choice on this browser; it counts from the next load of the page on. */
export function keepLanguage(kept: Pick<Storage, 'setItem'>, language: Language): void {
  kept.setItem(KEPT, language);
}

function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}
