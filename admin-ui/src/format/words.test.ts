import { describe, expect, test } from '@jest/globals';
import { byteSize, codeInWords, partyName, plainAddress } from './words.ts';

describe('words', () => {
  test('A party is called by name, else by address, else by its place in the call.', () => {
    expect(partyName({ name: ' Ada ', address: 'sip:ada@example.com', ordinal: 0 })).toBe('Ada');
    expect(partyName({ name: '  ', address: 'tel:+15550100', ordinal: 0 })).toBe('+15550100');
    expect(partyName({ name: null, address: null, ordinal: 1 })).toBe('Party 2');
  });

  test('An address loses its scheme, its parameters and nothing else.', () => {
    expect(plainAddress('SIPS:ada@example.com;user=phone?x=1')).toBe('ada@example.com');
    expect(plainAddress('+1 555 0100')).toBe('+1 555 0100');
  });

  test.each([
    [0, '0 bytes'],
    [1_023, '1023 bytes'],
    [1_024, '1.0 KiB'],
    [1_572_864, '1.5 MiB'],
    [52_428_800, '50 MiB'],
    [2 ** 60, '1,048,576 TiB'],
  ])('%i bytes read %s.', (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });

  test('Codes read as words.', () => {
    expect(codeInWords('DO_NOT_RECORD')).toBe('Do not record');
    expect(codeInWords('hold.placed')).toBe('Hold placed');
    expect(codeInWords('compliance_officer')).toBe('Compliance officer');
    expect(codeInWords('')).toBe('');
  });
});
