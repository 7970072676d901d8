import type { ConfigMigration } from './connector.ts';

/** Applies, in their order, the migrations of all versions that are not older than the one that wrote `config`. */
export function migrateConfig(
  migrations: readonly ConfigMigration[],
  config: Readonly<Record<string, unknown>>,
  version: string,
): Record<string, unknown> {
  return migrations
    .filter(({ from }) => compareVersions(version, from) <= 0)
    .reduce<Record<string, unknown>>((older, { change }) => change(older), { ...config });
}

/** Order of two semantic versions by their three numbers; a pre-release counts as its release. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number - other;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return version
    .split('-', 1)
    .join('')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
}
