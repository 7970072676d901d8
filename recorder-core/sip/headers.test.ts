import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Headers } from './headers.ts';
import { quote, splitUnquoted, unquote } from './quoted-text.ts';

describe('Headers', () => {
  it('finds a header by any case and by its compact form', () => {
    const headers = new Headers([
      ['f', '<sip:a>'],
      ['CALL-ID', 'x'],
    ]);
    expect(headers.get('from')).toBe('<sip:a>');
    expect(headers.get('i')).toBe('x');
    expect(headers.entries()[0]).toEqual(['From', '<sip:a>']);
  });

  it('splits list headers outside quotes and brackets, and no others', () => {
    const headers = new Headers([
      ['m', '"a, b" <sip:x@y;p=1,2>;q=1 , <sip:z>'],
      ['Contact', ''],
      ['Contact', '*'],
      ['Subject', 'one, two'],
    ]);
    expect(headers.getAll('Contact')).toEqual(['"a, b" <sip:x@y;p=1,2>;q=1', '<sip:z>', '*']);
    expect(headers.getAll('subject')).toEqual(['one, two']);
    expect(headers.get('Contact')).toBe('"a, b" <sip:x@y;p=1,2>;q=1');
  });

  it('keeps order over set, append, prepend and replaceFirst', () => {
    const headers = new Headers([
      ['Via', 'a, b'],
      ['X-A', '1'],
      ['Via', 'c'],
      ['X-A', '2'],
    ]);
    headers.replaceFirst('v', 'A').set('X-A', '3').prepend('Via', 'z').append('X-B', '4');
    expect(headers.entries()).toEqual([
      ['Via', 'z'],
      ['Via', 'A, b'],
      ['X-A', '3'],
      ['Via', 'c'],
      ['X-B', '4'],
    ]);
    expect(headers.getAll('via')).toEqual(['z', 'A', 'b', 'c']);
  });

  it('copies independently', () => {
    const original = new Headers([['Via', 'a']]);
    original.clone().replaceFirst('Via', 'b').append('X', '1');
    expect(original.entries()).toEqual([['Via', 'a']]);
  });

  it.each(['a\r\nEvil: 1', 'a\nb', 'a\0b'])(
    'refuses the value %j, which would break the message',
    (value) => {
      expect(() => new Headers([['X', value]])).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    },
  );

  it.each(['', 'a b', 'a:b', 'ä'])('refuses %j as a header name', (name) => {
    expect(() => new Headers([[name, 'x']])).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});

describe('quoted text', () => {
  it('is given back by unquote and never split inside', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(unquote(quote(a))).toBe(a);
        expect(splitUnquoted(`${quote(a)},${quote(b)}`, ',')).toEqual([quote(a), quote(b)]);
      }),
      { numRuns: 200 },
    );
  });
});
