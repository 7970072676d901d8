import { useState } from 'react';
import { Select } from '../components/ui/select.tsx';
import { keepLanguage, LANGUAGES, type Language } from '../i18n/languages.ts';
import { language, t } from '../i18n/t.ts';
import { chooseTheme, chosenTheme, THEMES, type Theme } from './theme.ts';

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: t('Light or dark as the system'),
  light: t('Light'),
  dark: t('Dark'),
};

const LANGUAGE_OPTIONS = (Object.keys(LANGUAGES) as Language[]).map((value) => ({
  value,
  label: LANGUAGES[value],
}));
const THEME_OPTIONS = THEMES.map((value) => ({ value, label: THEME_WORDS[value] }));

/** The language of the console and how light it is, as this browser keeps them. */
export function Appearance() {
  const [theme, setTheme] = useState(() => chosenTheme(window.localStorage));
  return (
    <div className="grid gap-1.5">
      <Select
        label={t('Language')}
        value={language()}
        options={LANGUAGE_OPTIONS}
        onValue={(next) => {
          keepLanguage(window.localStorage, next);
          window.location.reload();
        }}
      />
      <Select
        label={t('Light or dark')}
        value={theme}
        options={THEME_OPTIONS}
        onValue={(next) => {
          chooseTheme(window.localStorage, next);
          setTheme(next);
        }}
      />
    </div>
  );
}
