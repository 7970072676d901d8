import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  contextTag,
  DerFields,
  readChildren,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  TAG,
  writeDer,
  writeUnsigned,
} from './der.ts';

const REFUSED = expect.objectContaining({ code: 'invalid_input' });
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const integer = (text: string): number => readSmallInteger(readDer(hex(text)));
const time = (tag: number, text: string): string =>
  readTime(readDer(writeDer(tag, Buffer.from(text)))).toISOString();

describe('an element', () => {
  test('reads back with any content, in the shortest form of its length', () => {
    for (const length of [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000]) {
      const written = writeDer(TAG.octetString, Buffer.alloc(length, 7));
      const header = length < 0x80 ? 2 : length <= 0xff ? 3 : length <= 0xffff ? 4 : 5;
      expect(written).toHaveLength(header + length);
      expect(readDer(written)).toEqual({ tag: TAG.octetString, body: Buffer.alloc(length, 7), raw: written });
    }
  });

  test.each([
    ['', 'nothing'],
    ['04', 'no length'],
    ['04 02 00', 'less than its length says'],
    ['04 81 80', 'a long length and nothing else'],
    ['04 80 00 00', 'an unbounded length'],
    ['04 84 00 00 00 01 00', 'a length of four bytes'],
    ['04 82 01', 'a length that is cut short'],
    ['04 81 7f 00', 'a long length for a short content'],
    ['04 82 00 80', 'a length with a needless zero'],
    ['1f 01 00', 'a tag of several bytes'],
    ['04 00 00', 'something after its end'],
  ])('is refused as %j: %s', (bytes) => {
    const padded =
      bytes === '04 82 00 80'
        ? Buffer.concat([hex(bytes), Buffer.alloc(0x80)])
        : bytes === '04 81 7f 00'
          ? Buffer.concat([hex('04 81 7f'), Buffer.alloc(0x7f)])
          : hex(bytes);
    expect(() => readDer(padded)).toThrow(REFUSED);
  });

  test('never yields anything else than it was written from', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          const { tag, body, raw } = readDer(Buffer.from(bytes));
          expect(writeDer(tag, body)).toEqual(raw);
          expect(raw).toEqual(Buffer.from(bytes));
        } catch (error) {
          expect(error).toEqual(REFUSED);
        }
      }),
    );
  });

  test('of others gives them in their order, and only where it is made of others', () => {
    const [one, two] = [writeDer(TAG.null), writeUnsigned(Buffer.of(5))];
    expect(readChildren(readDer(writeDer(TAG.sequence, one, two))).map(({ raw }) => raw)).toEqual([one, two]);
    expect(readChildren(readDer(writeDer(TAG.set)))).toEqual([]);
    expect(() => readChildren(readDer(writeDer(TAG.octetString, one)))).toThrow(/does not/);
    expect(() => readChildren(readDer(writeDer(TAG.sequence, one, hex('02'))))).toThrow(/cut short/);
  });

  test('has the tags of its context', () => {
    expect([contextTag(0), contextTag(3), contextTag(1, 'primitive')]).toEqual([0xa0, 0xa3, 0x81]);
  });
});

describe('the fields of a sequence', () => {
  const sequence = readDer(writeDer(TAG.sequence, writeDer(TAG.null), writeUnsigned(Buffer.of(5))));

  test('are taken one by one in their order', () => {
    const fields = new DerFields(sequence);
    expect(fields.takeIf(TAG.integer)).toBeUndefined();
    expect(fields.takeIf(TAG.null)?.tag).toBe(TAG.null);
    expect(() => fields.end()).toThrow(/does not belong there/);
    expect(fields.take(TAG.integer).body).toEqual(Buffer.of(5));
    expect(() => fields.end()).not.toThrow();
    expect(fields.takeIf(TAG.null)).toBeUndefined();
    expect(() => fields.take(TAG.null)).toThrow(/missing or of another kind/);
    expect(() => fields.takeAny()).toThrow(/missing/);
  });

  test('must be of the tag that is asked for', () => {
    expect(() => new DerFields(sequence, TAG.set)).toThrow(/another kind/);
    expect(() => new DerFields(undefined)).toThrow(/missing/);
    expect(() => new DerFields(sequence).take(TAG.integer)).toThrow(/another kind/);
    expect(new DerFields(sequence).takeAny().tag).toBe(TAG.null);
  });
});

describe('numbers, names and times', () => {
  test('numbers are read in their shortest form and below 2^48', () => {
    expect(['020100', '02017f', '02020080', '02020100', '02067fffffffffff'].map(integer)).toEqual([
      0, 127, 128, 256, 0x7fffffffffff,
    ]);
    for (const bad of [
      '0200',
      '020180',
      '0201ff',
      '02020001',
      '0202007f',
      '020700ffffffffffff',
      '02078000000000000'.padEnd(18, '0'),
    ])
      expect(() => integer(bad)).toThrow(REFUSED);
  });

  test('numbers are written without needless zeros and never as negative', () => {
    expect(
      ['', '00', '0000', '01', '0001', '7f', '80', 'ff00'].map((bytes) =>
        writeUnsigned(hex(bytes)).toString('hex'),
      ),
    ).toEqual(['0200', '020100', '020100', '020101', '020101', '02017f', '02020080', '020300ff00']);
  });

  test.each([
    ['06 01 2a', '1.2'],
    ['06 01 00', '0.0'],
    ['06 01 27', '0.39'],
    ['06 01 28', '1.0'],
    ['06 01 4f', '1.39'],
    ['06 01 50', '2.0'],
    ['06 03 55 1d 25', '2.5.29.37'],
    ['06 02 88 37', '2.999'],
    ['06 08 2b 06 01 05 05 07 03 08', '1.3.6.1.5.5.7.3.8'],
    ['06 09 60 86 48 01 65 03 04 02 01', '2.16.840.1.101.3.4.2.1'],
  ])('the identifier %j is %s', (bytes, name) => {
    expect(readOid(readDer(hex(bytes)))).toBe(name);
  });

  test('identifiers that end in the middle, are empty, are endless or are none are refused', () => {
    for (const bad of ['06 00', '06 02 2a 86', '06 0a ff ff ff ff ff ff ff ff ff 7f', '04 01 2a'])
      expect(() => readOid(readDer(hex(bad)))).toThrow(REFUSED);
  });

  test('times are read in both forms, to the millisecond', () => {
    expect(time(TAG.utcTime, '491231235959Z')).toBe('2049-12-31T23:59:59.000Z');
    expect(time(TAG.utcTime, '500101000000Z')).toBe('1950-01-01T00:00:00.000Z');
    expect(time(TAG.generalizedTime, '20261126101112Z')).toBe('2026-11-26T10:11:12.000Z');
    expect(time(TAG.generalizedTime, '20261126101112.5Z')).toBe('2026-11-26T10:11:12.500Z');
    expect(time(TAG.generalizedTime, '20261126101112.045Z')).toBe('2026-11-26T10:11:12.045Z');
    expect(time(TAG.generalizedTime, '20261126101112.1239Z')).toBe('2026-11-26T10:11:12.123Z');
    expect(time(TAG.generalizedTime, '20280229000000Z')).toBe('2028-02-29T00:00:00.000Z');
  });

  test.each([
    [TAG.generalizedTime, '20260230000000Z'],
    [TAG.generalizedTime, '20261126101160Z'],
    [TAG.generalizedTime, '20261126241112Z'],
    [TAG.generalizedTime, '20261126101112'],
    [TAG.generalizedTime, '20261126101112+0100'],
    [TAG.generalizedTime, '20261126101112.50Z'],
    [TAG.generalizedTime, '20261126101112.Z'],
    [TAG.generalizedTime, '202611261011Z'],
    [TAG.generalizedTime, 'x20261126101112Z'],
    [TAG.generalizedTime, '20261126101112Zx'],
    [TAG.utcTime, '20261126101112Z'],
    [TAG.utcTime, '261126101112.5Z'],
    [TAG.octetString, '20261126101112Z'],
  ])('the time %j %s is refused', (tag, text) => {
    expect(() => time(tag, text)).toThrow(REFUSED);
  });
});
