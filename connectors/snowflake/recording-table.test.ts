import { describe, expect, test } from '@jest/globals';
import { castTo, columnOf, fieldTypeOf, misfit, typeForValues } from './recording-table.ts';

describe('a column and the values it is given', () => {
  test.each([
    ['VARCHAR(3)', 'abc', undefined],
    ['VARCHAR(3)', '😀😀😀', undefined],
    ['VARCHAR(3)', 'abcd', 'takes 3 characters at most'],
    ["VARCHAR(3) COLLATE 'de'", 1234, 'takes 3 characters at most'],
    ['NUMBER(19,0)', '12', undefined],
    ['NUMBER(19,0)', 1.5, 'takes whole numbers only'],
    ['NUMBER(10,2)', 1.5, undefined],
    ['NUMBER(10,2)', true, 'takes numbers only'],
    ['FLOAT', '', 'takes numbers only'],
    ['BOOLEAN', 'TRUE', undefined],
    ['BOOLEAN', 1, 'takes no such value'],
    ['DATE', '2026-03-01', undefined],
    ['TIMESTAMP_LTZ(9)', '2026-03-01T09:00:00.000Z', undefined],
    ['TIMESTAMP_NTZ(9)', '2026-13-01', 'takes dates only'],
    ['TIMESTAMP_NTZ(9)', 20260301, 'takes dates only'],
    ['VARIANT', 'x', 'is of a type that no mapping fills'],
    ['NUMBER(19,0)', null, undefined],
  ])('%s given %p: %s', (type, value, expected) => {
    expect(misfit(type, value)).toBe(expected);
  });

  test('values are cast to the type that the table has', () => {
    expect(castTo('NUMBER(3,0)', 'V:x')).toBe('V:x::NUMBER(3,0)');
    expect(castTo("VARCHAR(9) COLLATE 'de'", 'V:x')).toBe('V:x::VARCHAR');
    expect(castTo('TIMESTAMP_TZ(9)', 'V:x')).toBe('V:x::VARCHAR::TIMESTAMP_TZ');
    expect(castTo('GEOGRAPHY', 'V:x')).toBeUndefined();
    expect([fieldTypeOf('NUMBER(3,0)'), fieldTypeOf('NUMBER(3,1)')]).toEqual(['integer', 'number']);
  });

  test('a new column takes what it is first given', () => {
    expect(typeForValues([true, null])).toBe('BOOLEAN');
    expect(typeForValues([1, 2.5])).toBe('FLOAT');
    expect(typeForValues([1, 'x'])).toBe('VARCHAR');
    expect(typeForValues([null])).toBe('VARCHAR');
  });

  test('a target is a column only where it needs no quotes and is not kept by the connector', () => {
    expect(columnOf('caller_Name')).toBe('CALLER_NAME');
    expect(['a.b', '1x', 'tenant_id', 'IS_DELETED', 'x"y'].map(columnOf)).toEqual(
      new Array<undefined>(5).fill(undefined),
    );
  });
});
