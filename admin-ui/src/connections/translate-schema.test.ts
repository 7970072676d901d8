import { afterEach, expect, test } from '@jest/globals';
import { speak } from '../i18n/t.ts';
import { translateSchema } from './translate-schema.ts';

afterEach(() => {
  speak('en', {});
});

test('names and hints of fields are told in the language of the page, and nothing else of a schema changes', () => {
  speak('de', {}, { Object: 'Objekt', 'Its name.': 'Sein Name.', title: 'Titel', driver: 'Treiber' });
  const schema = {
    type: 'object',
    required: ['title'],
    properties: {
      title: { type: 'string', title: 'Object', description: 'Its name.', default: 'driver' },
      ways: { type: 'array', items: { title: 'Object', enum: ['driver'] } },
    },
  };
  expect(translateSchema(schema)).toEqual({
    type: 'object',
    required: ['title'],
    properties: {
      title: { type: 'string', title: 'Objekt', description: 'Sein Name.', default: 'driver' },
      ways: { type: 'array', items: { title: 'Objekt', enum: ['driver'] } },
    },
  });
});
