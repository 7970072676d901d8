import type { FieldChange } from '../../../../hub/api/schemas/configuration.ts';
import { t } from '../../i18n/t.ts';
import { shownValue } from './configuration-words.ts';

/** Fields that differ, one a line; secrets are only named. */
export function FieldChanges({ changes }: { readonly changes: readonly FieldChange[] }) {
  return (
    <ul className="grid gap-0.5 pl-3">
      {changes.map(({ path, before, after, secret }) => (
        <li key={path} className="break-words text-quiet">
          <code className="font-mono text-xs text-ink">{path}</code>{' '}
          {secret === true
            ? t('a secret was changed')
            : t('{{before}} became {{after}}', {
                before: shownValue(before) || '–',
                after: shownValue(after) || '–',
              })}
        </li>
      ))}
    </ul>
  );
}
