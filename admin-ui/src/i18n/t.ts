import i18next from 'i18next';
import { LOCALES, type Language } from './languages.ts';

/** Catalogue of one language: English text → text. Plurals have the key of their `other` form and an ending, `…_one`. */
export type Catalogue = Readonly<Record<string, string>>;

type Value = string | number;
/** The names of `{{…}}` in a text, so that a value left out does not compile. */
type Names<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type Values<Text extends string> = Readonly<Record<Names<Text>, Value>>;

// The English text is its own key. Texts are put into the page by React, which escapes them.
void i18next.init({
  lng: 'en',
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
});

/** The text in the language of the page, with its values in place: `t('Held for {{matter}}', { matter })`. */
export function t<const Text extends string>(
  text: Text,
  ...values: [Names<Text>] extends [never] ? [] : [Values<Text>]
): string {
  return i18next.t(text, { ...values[0], defaultValue: text });
}

/**
 * The form that the language has for this number: `plural(n, { one: '{{count}} hold', other: '{{count}} holds' })`. Further values as
 * in `t`.
 */
export function plural<const Other extends string>(
  count: number,
  forms: { readonly one: string; readonly other: Other },
  ...values: [Exclude<Names<Other>, 'count'>] extends [never]
    ? []
    : [Readonly<Record<Exclude<Names<Other>, 'count'>, Value>>]
): string {
  const key: string = forms.other; // its own types would read the text once more
  return i18next.t(key, {
    ...values[0],
    count,
    defaultValue_one: forms.one,
    defaultValue_other: forms.other,
  });
}

/** The language of the page. It is fixed while the page lives, so that texts may be made when a module loads. */
export function language(): Language {
  return i18next.language as Language;
}

/** How dates and numbers are written: "en-GB", "de-DE". */
export function locale(): string {
  return LOCALES[language()];
}

/** A number as it is written in the language of the page: "1,234" or "1.234"; with exactly so many decimals where they are given. */
export function number(value: number, decimals?: number): string {
  const digits =
    decimals === undefined ? {} : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale(), digits).format(value);
}

/**
 * Speaks this language from now on; to be called before any text is made. `fromHub` are the texts that the hub says, with their text
 * in this language (`from-hub/`).
 */
export function speak(to: Language, catalogue: Catalogue, fromHub?: Catalogue): void {
  i18next.addResourceBundle(to, 'translation', catalogue);
  void i18next.changeLanguage(to);
  hub = fromHub;
}

let hub: Catalogue | undefined;

/** The texts of the hub in the language of the page; undefined where that is the hub's own. */
export function hubTexts(): Catalogue | undefined {
  return hub;
}
