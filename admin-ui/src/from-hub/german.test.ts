import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');
const CATALOGUE = JSON.parse(readFileSync(join(import.meta.dirname, 'german.json'), 'utf8')) as Record<
  string,
  string
>;
const VALUE = /\{\{(\w+)\}\}/g;

/** The source of everything whose words the hub hands on, with texts that are joined of several put together. */
const SOURCE = ['hub', 'recorder-core', 'activities', 'connectors']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.includes('node_modules'))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  )
  .join('\n')
  .replaceAll(/['"`]\s*\+\s*['"`]/g, '')
  .replaceAll("\\'", "'");
/** The codes that the console shows as words: "hold.placed" reads "Hold placed". */
const CODES = new Set(
  [...SOURCE.matchAll(/(?<=['"]|^\s*)[a-z][a-z0-9]*(?:[_.\-/][a-z0-9]+)*(?=['":])/gim)].map(([code]) =>
    code
      .toLowerCase()
      .split(/[_.\-/]/)
      .join(' '),
  ),
);

test('every text of the catalogue is one that the hub says, or a code of its', () => {
  const stale = Object.keys(CATALOGUE).filter(
    (key) =>
      !CODES.has(key.toLowerCase()) && !key.split(/\{\{\w+\}\}/).every((piece) => SOURCE.includes(piece)),
  );
  expect(stale).toEqual([]);
});

test('a German text has the values of the English one, each once', () => {
  const namesIn = (text: string) => [...text.matchAll(VALUE)].map(([, name]) => name ?? '').sort();
  const different = Object.entries(CATALOGUE).filter(
    ([english, german]) => namesIn(english).join() !== namesIn(german).join(),
  );
  expect(different).toEqual([]);
});
