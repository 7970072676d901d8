import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import { readTexts, type FileTexts } from './read-texts.ts';

const SOURCE = join(import.meta.dirname, '..');
const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
const CODE = FILES.filter((file) => /(?<!\.test)\.tsx?$/.test(file) && !file.startsWith('i18n/'));
/** Folders with a catalogue, the deepest first: a file belongs to the nearest above it. */
const FOLDERS = FILES.filter((file) => file.endsWith('de.json'))
  .map(dirname)
  .sort((one, other) => other.length - one.length);

const catalogueOf = (folder: string) =>
  JSON.parse(readFileSync(join(SOURCE, folder, 'de.json'), 'utf8')) as Record<string, string>;
const folderOf = (file: string) => FOLDERS.find((folder) => !relative(folder, file).startsWith('..'));
const TEXTS = new Map<string, FileTexts>(
  CODE.map((file) => [file, readTexts(file, readFileSync(join(SOURCE, file), 'utf8'))]),
);
const PLACEHOLDERS = /\{\{\w+\}\}|<\/?\w+\/?>/g;

test('every text of a folder has its German text, and no German text is left without one', () => {
  const wrong: string[] = [];
  for (const folder of FOLDERS) {
    const german = catalogueOf(folder);
    const used = new Set(
      [...TEXTS].filter(([file]) => folderOf(file) === folder).flatMap(([, { keys }]) => keys),
    );
    wrong.push(
      ...[...used].filter((key) => !Object.hasOwn(german, key)).map((key) => `${folder}: missing "${key}"`),
      ...Object.keys(german)
        .filter((key) => !used.has(key))
        .map((key) => `${folder}: unused "${key}"`),
    );
  }
  expect(wrong).toEqual([]);
});

test('a folder that has a catalogue says nothing past it', () => {
  const bare = [...TEXTS].flatMap(([file, texts]) =>
    folderOf(file) === undefined ? [] : texts.bare.map(({ line, text }) => `${file}:${String(line)} ${text}`),
  );
  expect(bare).toEqual([]);
});

test('a text is written where it is used, so that it can be found', () => {
  const unknown = [...TEXTS].flatMap(([file, texts]) =>
    texts.unknown.map((line) => `${file}:${String(line)}`),
  );
  expect(unknown).toEqual([]);
});

test('one English text has one German text, wherever it stands', () => {
  const seen = new Map<string, string>();
  const different: string[] = [];
  for (const folder of FOLDERS)
    for (const [key, text] of Object.entries(catalogueOf(folder))) {
      if ((seen.get(key) ?? text) !== text)
        different.push(`${folder}: "${key}" is "${text}" here and "${seen.get(key) ?? ''}" elsewhere`);
      seen.set(key, text);
    }
  expect(different).toEqual([]);
});

test('a German text has the values and elements of the English one', () => {
  const names = (text: string) => [...new Set(text.match(PLACEHOLDERS) ?? [])].sort().join();
  const different = FOLDERS.flatMap((folder) =>
    Object.entries(catalogueOf(folder))
      // The form for one may spell the number out.
      .filter(([key, text]) => !key.endsWith('_one') && names(key) !== names(text))
      .map(([key]) => `${folder}: "${key}"`),
  );
  expect(different).toEqual([]);
});
