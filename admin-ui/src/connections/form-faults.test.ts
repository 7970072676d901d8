import { afterEach, expect, test } from '@jest/globals';
import { speak } from '../i18n/t.ts';
import { faultsInWords } from './form-faults.ts';

afterEach(() => {
  speak('en', {});
});

const SCHEMA = {
  properties: {
    instance: { type: 'string', refusal: 'must be a complete http or https address' },
    states: { type: 'array', items: { type: 'string', refusal: 'must be a value of the state column' } },
    way: { enum: ['scoped', 'table'] },
    bulk: { type: 'integer' },
    user: { type: 'string' },
  },
};
const said = (instancePath: string, keyword: string, params: object = {}) =>
  faultsInWords(SCHEMA, [{ instancePath, keyword, params: { ...params } }]);

test.each([
  ['/instance', 'pattern', {}, { instance: 'must be a complete http or https address' }],
  ['', 'required', { missingProperty: 'instance' }, { instance: 'must be a complete http or https address' }],
  ['', 'required', { missingProperty: 'user' }, { user: 'must be given' }],
  ['/states/1', 'pattern', {}, { states: 'must be a value of the state column' }],
  ['/way', 'enum', {}, { way: 'must be one of: scoped, table' }],
  ['/bulk', 'type', { type: 'integer' }, { bulk: 'must be a whole number' }],
  ['/bulk', 'maximum', { limit: 5000 }, { bulk: 'must be at most 5000' }],
  ['', 'additionalProperties', { additionalProperty: 'x' }, {}],
])('%s %s %j', (path, keyword, params, wanted) => {
  expect(said(path, keyword, params)).toEqual(wanted);
});

test('of several faults of one field the first is said', () => {
  const faults = ['type', 'pattern'].map((keyword) => ({
    instancePath: '/instance',
    keyword,
    params: { type: 'string' },
  }));
  expect(faultsInWords(SCHEMA, faults)).toEqual({ instance: 'must be given' });
});

test('the words of the hub for a value that does not match are told in the language of the page', () => {
  speak('de', {}, { 'must be a value of the state column': 'muss ein Wert der Spalte state sein' });
  expect(said('/states/1', 'pattern')).toEqual({ states: 'muss ein Wert der Spalte state sein' });
});
