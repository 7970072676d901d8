import { describe, expect, test } from '@jest/globals';
import { mentionedPaths, resolvePath } from './mentioned-paths.ts';
import { filesEndingIn, textOf } from './repository.ts';

const files = filesEndingIn('');
const documents = filesEndingIn('.md');

describe('the documents', () => {
  test('name only files and folders that exist', () => {
    const lost = documents.flatMap((document) =>
      mentionedPaths(textOf(document))
        .filter(({ path }) => resolvePath(path, document, files) === undefined)
        .map(({ path, line }) => `${document}:${line}: ${path}`),
    );
    expect(lost).toEqual([]);
  });

  test('stay short where they must: a decision 40 lines, a folder README 45', () => {
    const long = documents
      .map((document) => ({ document, lines: textOf(document).trimEnd().split('\n').length }))
      .filter(({ document, lines }) => lines > limitOf(document))
      .map(({ document, lines }) => `${document}: ${lines} lines`);
    expect(long).toEqual([]);
  });
});

/** Most lines of a document; folder READMEs aim at 30, and a table may take some more. */
function limitOf(document: string): number {
  if (document.startsWith('docs/decisions/')) return 40;
  return document.endsWith('/README.md') ? 45 : Infinity;
}
