import { chosenLanguage } from './languages.ts';
import { speak } from './t.ts';

/** Settles the language of the page; every module that makes texts is loaded after it. */
export async function beginLanguage(): Promise<void> {
  const language = chosenLanguage(window.localStorage, navigator.languages);
  document.documentElement.lang = language;
  if (language !== 'de') return;
  const { GERMAN, GERMAN_OF_HUB } = await import('./german.ts');
  speak('de', GERMAN, GERMAN_OF_HUB);
}
