import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { explainError } from './explain-error.ts';

test('our own errors are told as they are, with the end of their detail', () => {
  expect(explainError(new HoldfastError('conflict', 'It is over.'))).toBe('It is over.');
});

test('the field is named where the sentence does not name it', () => {
  const refused = (message: string, field: string) =>
    explainError(new HoldfastError('invalid_input', message, { field }));
  expect(refused('Expected text.', '/body/credential/apiKey')).toBe(
    'Expected text.\n  Field: credential.apiKey',
  );
  expect(refused('Refused at "node".', '/body/config/node')).toBe('Refused at "node".');
  expect(refused('Refused at "node".', 'config.node')).toBe('Refused at "node".');
  expect(refused('The body is none.', '/body')).toBe('The body is none.');
});

test('a file that is not there is named, without a stack', async () => {
  const error: unknown = await readFile('/no/such/file').catch((reason: unknown) => reason);
  expect(explainError(error)).toBe(
    'The file /no/such/file could not be used (ENOENT). Check the path, the rights and the space.',
  );
});

test('a folder that was named in the place of a file is no fault of ours', async () => {
  const error: unknown = await readFile('/').catch((reason: unknown) => reason);
  expect(explainError(error)).toMatch(/^The file that was named could not be used \(EISDIR\)\./);
});

test('anything else is a fault of ours and shows where it happened', () => {
  expect(explainError(new TypeError('x is not a function'))).toMatch(/^This should not have happened: /);
  const port = Object.assign(new Error('listen EACCES'), { code: 'EACCES', port: 80 });
  expect(explainError(port)).toMatch(/^This should not have happened: /);
});
