import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
/** Folders that answer people or act for them. */
const DOORS = ['hub', 'activities', 'workflows'];

const files = DOORS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);

test('no door asks the table of roles by itself, or the policies past `hub/access`', () => {
  const found = files.filter((path) =>
    /\b(?:decideAccess|authorize)\(/.test(readFileSync(join(ROOT, path), 'utf8')),
  );
  expect(found.filter((path) => !ALLOWED.has(path))).toEqual([]);
});

/** `decide.ts` is the one place. The others ask what would be, for people who write or read policies, and allow nobody anything. */
const ALLOWED = new Set([
  'hub/access/decide.ts',
  'hub/access-policies/explain-decision.ts',
  'hub/access-policies/role-matrix.ts',
]);
