import { describe, expect, test } from '@jest/globals';
import { configurationPage } from '../../ops/docs/configuration-page.ts';
import { errorsPage } from '../../ops/docs/errors-page.ts';
import { textOf } from './repository.ts';

describe('documents made from tables in the code (run `node ops/docs/write-pages.ts`)', () => {
  test('docs/configuration.md lists the settings as they are', () => {
    expect(textOf('docs/configuration.md')).toBe(configurationPage());
  });

  test('docs/errors.md lists the error codes as they are', () => {
    expect(textOf('docs/errors.md')).toBe(errorsPage());
  });
});
