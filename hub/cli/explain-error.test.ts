import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { explainError } from './explain-error.ts';

test('our own errors are told as they are, with the end of their detail', () => {
  expect(explainError(new HoldfastError('conflict', 'It is over.'))).toBe('It is over.');
});

test('a file that is not there is named, without a stack', async () => {
  const error: unknown = await readFile('/no/such/file').catch((reason: unknown) => reason);
  expect(explainError(error)).toBe(
    'The file /no/such/file could not be used (ENOENT). Check the path, the rights and the space.',
  );
});

test('anything else is a fault of ours and shows where it happened', () => {
  expect(explainError(new TypeError('x is not a function'))).toMatch(/^This should not have happened: /);
});
