import { describe, expect, test } from '@jest/globals';
import { mentionedPaths, resolvePath } from './mentioned-paths.ts';

describe('mentionedPaths', () => {
  test('takes paths from code spans and links, with their line', () => {
    const text =
      'See `hub/api/app.ts` and `leaf.ts`.\nAlso [this](docs/limits.md#one), `workflows/` and `../errors.ts`.';
    expect(mentionedPaths(text).map(({ path, line }) => `${line} ${path}`)).toEqual([
      '1 hub/api/app.ts',
      '1 leaf.ts',
      '2 workflows/',
      '2 ../errors.ts',
      '2 docs/limits.md',
    ]);
  });

  test('passes over words, patterns, holes, commands and addresses', () => {
    const text =
      '`done` `holdfast <role>` `client-*.ts` `spool.<node>` `npm test` `--data` [x](https://a.example/b.md)';
    expect(mentionedPaths(text)).toEqual([]);
  });
});

describe('resolvePath', () => {
  const files = ['hub/api/app.ts', 'hub/README.md', 'recorder-core/errors.ts', 'recorder-core/sip/uri.ts'];

  test.each([
    ['from the root', 'hub/api/app.ts', 'docs/x.md', 'hub/api/app.ts'],
    ['a folder', 'hub/api/', 'README.md', 'hub/api'],
    ['beside the document', '../errors.ts', 'recorder-core/sip/README.md', 'recorder-core/errors.ts'],
    ['below the document', 'app.ts', 'hub/README.md', 'hub/api/app.ts'],
    ['not what is elsewhere', 'uri.ts', 'hub/README.md', undefined],
    ['not half a name', 'hub/api/ap', 'README.md', undefined],
  ])('finds %s', (_what, path, document, expected) => {
    expect(resolvePath(path, document, files)).toBe(expected);
  });
});
