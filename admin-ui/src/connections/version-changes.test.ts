import { expect, test } from '@jest/globals';
import { versionChanges } from './version-changes.ts';

const row = (target: string, expr: string) => ({
  target,
  expr,
  type: 'text' as const,
  onNull: 'skip' as const,
  onError: 'reject' as const,
  redact: false,
});

test('what a version changed is told by name, and the first changed nothing', () => {
  const before = {
    config: { node: 'https://a', size: 5 },
    mappings: { upsert: [row('Subject', 'a'), row('Old', 'x')] },
    reshapes: {},
  };
  const after = {
    config: { node: 'https://b', mode: 'bulk' },
    mappings: { upsert: [row('Subject', 'b'), row('New', 'x')] },
    reshapes: { upsert: '$' },
  };
  expect(versionChanges(undefined, after)).toEqual([]);
  expect(versionChanges(after, after)).toEqual([]);
  expect(versionChanges(before, after)).toEqual([
    'mode: not set → bulk',
    'node: https://a → https://b',
    'size: 5 → not set',
    'upsert: New added',
    'upsert: Old removed',
    'upsert: Subject changed',
    'upsert: another reshape',
  ]);
});
