import { expect, test } from '@jest/globals';
import { mappingVocabulary } from './mapping-vocabulary.ts';

test('names every field of a record with its type, also those of elements of lists', () => {
  const { fields, functions } = mappingVocabulary('recording');
  expect(fields).toContainEqual({ path: 'record.startedAt', type: 'instant' });
  expect(fields).toContainEqual({ path: 'record.parties[].address', type: 'text or null' });
  expect(mappingVocabulary('ticket').fields).toContainEqual({
    path: 'record.clocks[].dueAt',
    type: 'instant',
  });
  expect(functions.map(({ name }) => name)).toContain('orElse');
});
