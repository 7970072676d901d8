import { describe, expect, test } from '@jest/globals';
import { TypedWork } from './typed-work.ts';

interface Field {
  isConnected: boolean;
  text: string | undefined;
}
const fieldWith = (text: string | undefined): Field => ({ isConnected: true, text });
const workIn = (...fields: readonly Field[]): TypedWork<Field> => {
  const work = new TypedWork<Field>(({ text }) => text);
  for (const field of fields) work.entered(field);
  return work;
};

describe('typed work', () => {
  test('is there once a field holds other text than it was entered with', () => {
    const [empty, filled] = [fieldWith(''), fieldWith('as it was')];
    const work = workIn(empty, filled);
    expect(work.isThere()).toBe(false);
    filled.text = 'as it was, and more';
    expect(work.isThere()).toBe(true);
    filled.text = 'as it was';
    expect(work.isThere()).toBe(false);
    empty.text = 'new';
    expect(work.isThere()).toBe(true);
  });

  test('is measured from the first time that a field is entered', () => {
    const field = fieldWith('');
    const work = workIn(field);
    field.text = 'half a reason';
    work.entered(field);
    expect(work.isThere()).toBe(true);
  });

  test('is not there where only spaces were typed, or a text was emptied', () => {
    const [empty, filled] = [fieldWith(''), fieldWith('as it was')];
    const work = workIn(empty, filled);
    [empty.text, filled.text] = ['   ', ''];
    expect(work.isThere()).toBe(false);
  });

  test('asks for nothing where a field is no field for text, or is gone because it was sent', () => {
    const [box, sent] = [fieldWith(undefined), fieldWith('')];
    const work = workIn(box, sent);
    [box.text, sent.text, sent.isConnected] = ['on', 'a reason', false];
    expect(work.isThere()).toBe(false);
  });
});
