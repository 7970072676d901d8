import { describe, expect, test } from '@jest/globals';
import { fieldError, fieldPath, namesField } from './field-error.ts';
import { problemFrom } from './problem.ts';

const refused = (field?: string) =>
  problemFrom(400, { title: 'Invalid input', detail: 'Too long.', code: 'invalid_input', field });

describe('fieldError', () => {
  test('A field is recognised by its name and by its JSON pointer.', () => {
    expect(fieldError(refused('matter'), 'matter')).toBe('Too long.');
    expect(fieldError(refused('/matter'), 'matter')).toBe('Too long.');
    expect(fieldError(refused('/body/matter'), 'matter')).toBe('Too long.');
  });

  test('A complaint about another field, or about none, is not shown at this one.', () => {
    expect(fieldError(refused('reason'), 'matter')).toBeUndefined();
    expect(fieldError(refused(), 'matter')).toBeUndefined();
    expect(fieldError(null, 'matter')).toBeUndefined();
  });

  test('A complaint about something inside a field tells the way there, and is not one about the field.', () => {
    expect(fieldPath(refused('/body/config/address'))).toEqual(['config', 'address']);
    expect(fieldPath(refused('config.address'))).toEqual(['config', 'address']);
    expect(fieldPath(refused())).toEqual([]);
    expect(fieldError(refused('/body/config/address'), 'config')).toBeUndefined();
  });

  test('A complaint that no field of the form shows needs a notice.', () => {
    expect(namesField(refused('reason'), ['matter', 'reason'])).toBe(true);
    expect(namesField(refused('recordingIds'), ['matter', 'reason'])).toBe(false);
  });
});
