import { expect, test } from '@jest/globals';
import { manifestOf } from '../connections/list-connectors.ts';
import { collectWritten, configFields } from './config-fields.ts';

const read = (connector: string, ...written: string[]) =>
  configFields(
    written.reduce<Record<string, string>>((before, one) => collectWritten(one, before), {}),
    manifestOf(connector).config,
  );

test('what looks like a number or a truth is a text where the connector wants a text', () => {
  expect(read('snowflake', 'account=1', 'role=true', 'table=null', 'warehouse=LOAD')).toEqual({
    account: '1',
    role: 'true',
    table: 'null',
    warehouse: 'LOAD',
  });
  expect(read('salesforce', 'apiVersion=66.0')).toEqual({ apiVersion: '66.0' });
});

test('elsewhere numbers, lists and truths are what they look like, and quotes are no part of a text', () => {
  expect(
    read('salesforce', 'bulkThreshold=500', 'relate=["contact"]', 'tasks=false', 'object="A__c"', 'x=1'),
  ).toEqual({ bulkThreshold: 500, relate: ['contact'], tasks: false, object: 'A__c', x: 1 });
});

test('of a field that is written twice the last counts, and one without a name is refused', () => {
  expect(read('snowflake', 'account=1', 'account=a=b')).toEqual({ account: 'a=b' });
  for (const nameless of ['=1', 'account']) expect(() => collectWritten(nameless)).toThrow(/field=value/);
});
