import type { ConnectionVersion } from '../api/connections.ts';
import { t } from '../i18n/t.ts';

type Content = Pick<ConnectionVersion, 'config' | 'mappings' | 'reshapes'>;

/** What a version changed of the one before, one short sentence each; nothing for the first. */
export function versionChanges(before: Content | undefined, after: Content): string[] {
  if (before === undefined) return [];
  return [
    ...changed(before.config, after.config).map(
      ([name, was, is]) => `${name}: ${was ?? t('not set')} → ${is ?? t('not set')}`,
    ),
    ...Object.keys({ ...before.mappings, ...after.mappings }).flatMap((operation) =>
      rowChanges(operation, before.mappings[operation] ?? [], after.mappings[operation] ?? []),
    ),
    ...changed(before.reshapes, after.reshapes).map(([operation]) =>
      t('{{operation}}: another reshape', { operation }),
    ),
  ];
}

type Rows = ConnectionVersion['mappings'][string];

function rowChanges(operation: string, before: Rows, after: Rows): string[] {
  const byTarget = (rows: Rows) => Object.fromEntries(rows.map((row) => [row.target, row]));
  return changed(byTarget(before), byTarget(after)).map(([target, was, is]) => {
    if (was === undefined) return t('{{operation}}: {{target}} added', { operation, target });
    if (is === undefined) return t('{{operation}}: {{target}} removed', { operation, target });
    return t('{{operation}}: {{target}} changed', { operation, target });
  });
}

/** Names whose values differ, with both as text. */
function changed(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): [string, string | undefined, string | undefined][] {
  return Object.keys({ ...before, ...after })
    .sort()
    .map((name): [string, string | undefined, string | undefined] => [
      name,
      textOf(before[name]),
      textOf(after[name]),
    ])
    .filter(([, was, is]) => was !== is);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
