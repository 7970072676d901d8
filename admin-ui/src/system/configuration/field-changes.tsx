import type { FieldChange } from '../../../../hub/api/schemas/configuration.ts';
import { t } from '../../i18n/t.ts';
import { shownValue } from './configuration-words.ts';

/** Fields that differ, one a line; secrets are only named. What is new as a whole is shown as a whole. */
export function FieldChanges({ changes }: { readonly changes: readonly FieldChange[] }) {
  return (
    <ul className="grid gap-0.5 pl-3">
      {changes.map((change) => (
        <li key={change.path} className="break-words text-quiet">
          {change.path === '' && change.before === undefined ? (
            <pre className="rounded-md bg-sunken p-2 font-mono text-xs wrap-anywhere whitespace-pre-wrap text-ink">
              {shownValue(change.after)}
            </pre>
          ) : (
            <OneField change={change} />
          )}
        </li>
      ))}
    </ul>
  );
}

function OneField({ change: { path, before, after, secret } }: { readonly change: FieldChange }) {
  return (
    <>
      <code className="font-mono text-xs text-ink">{path}</code>{' '}
      {secret === true
        ? t('a secret was changed')
        : t('{{before}} became {{after}}', {
            before: shownValue(before) || '–',
            after: shownValue(after) || '–',
          })}
    </>
  );
}
