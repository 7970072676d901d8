import { expect, test } from '@jest/globals';
import { postgresSettings } from './postgres-settings.ts';

const GB = 2 ** 30;

test.each([
  [GB / 2, '128MB'],
  [16 * GB, '2048MB'],
  [8 * GB, '1024MB'],
  [512 * GB, '2048MB'],
])('of %d bytes of memory PostgreSQL shares %s', (memory, shared) => {
  expect(postgresSettings(memory).shared_buffers).toBe(shared);
});

test('nothing is set by which a commit could be lost', () => {
  const names = Object.keys(postgresSettings());
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) expect(names).not.toContain(name);
});
