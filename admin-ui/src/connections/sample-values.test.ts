import { expect, test } from '@jest/globals';
import { namesOfSample, sampleValues, valuesReadBy } from './sample-values.ts';

const RECORD = { id: 'r-1', held: false, region: null, parties: [{ name: 'Desk', role: 'agent' }], 'x-y': 1 };
const VALUES = sampleValues('record', RECORD);

test('a record is shown value by value, each by the expression that reads it', () => {
  expect(VALUES).toEqual([
    { path: 'record.id', value: 'r-1' },
    { path: 'record.held', value: false },
    { path: 'record.region', value: null },
    { path: 'record.parties[0].name', value: 'Desk' },
    { path: 'record.parties[0].role', value: 'agent' },
    { path: 'record["x-y"]', value: 1 },
  ]);
});

test.each([
  ['record.id + record.id', ['r-1']],
  ['record.region.orElse("x")', [null]],
  ['record.parties[0].name.cut(3)', ['Desk']],
  ['record.parties.filter(p, p.role == "agent").map(p, p.name).first()', ['agent', 'Desk']],
  ['"record.id"', ['r-1']],
  ['1 + 2', []],
])('%s reads %j', (expression, wanted) => {
  expect(valuesReadBy(expression, VALUES).map(({ value }) => value)).toEqual(wanted);
});

test('the names of a sample are those that the editor offers', () => {
  expect(namesOfSample('body', { employees: [{ id: 1 }], 'a-b': 2 })).toEqual([
    { path: 'body', type: 'any' },
    { path: 'body.employees', type: 'list of any' },
    { path: 'body.employees[]', type: 'any' },
    { path: 'body.employees[].id', type: 'any' },
  ]);
});
