import { expect, test } from '@jest/globals';
import { compareVersions, migrateConfig } from './migrate-config.ts';

const migrations = [
  {
    from: '1.4.0',
    change: ({ host, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, node: host }),
  },
  { from: '2.0.0', change: (config: Readonly<Record<string, unknown>>) => ({ ...config, mode: 'bulk' }) },
];

test('a configuration passes every migration since the version that wrote it, and one of today none', () => {
  expect(migrateConfig(migrations, { host: 'a' }, '1.2.3')).toEqual({ node: 'a', mode: 'bulk' });
  expect(migrateConfig(migrations, { host: 'a' }, '1.4.0')).toEqual({ node: 'a', mode: 'bulk' });
  expect(migrateConfig(migrations, { node: 'a' }, '1.10.0')).toEqual({ node: 'a', mode: 'bulk' });
  expect(migrateConfig(migrations, { node: 'a', mode: 'each' }, '2.0.1')).toEqual({
    node: 'a',
    mode: 'each',
  });
});

test('versions are ordered by number, not by letter', () => {
  expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
  expect(compareVersions('2.0.0-rc.1', '2.0.0')).toBe(0);
});
