import type { ReactElement } from 'react';
import i18next from 'i18next';
import { Trans } from 'react-i18next';

/**
 * A text with elements in it: `<Rich text="Held for <m>{{matter}}</m>" values={{ matter }} parts={{ m: <strong /> }} />`. What stands
 * between the tags becomes the content of the part of that name. Values are text: tags in them are shown, not read.
 */
export function Rich({
  text,
  values = {},
  parts,
}: {
  readonly text: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly parts: Readonly<Record<string, ReactElement>>;
}) {
  return (
    <Trans
      i18n={i18next}
      i18nKey={text}
      defaults={text}
      values={values}
      components={parts}
      shouldUnescape
      tOptions={{ interpolation: { escapeValue: true } }}
    />
  );
}
