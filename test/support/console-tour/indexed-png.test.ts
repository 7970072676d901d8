import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { toIndexedPng } from './indexed-png.ts';

const COLOURS = [
  [255, 255, 255],
  [250, 252, 253],
  [12, 90, 110],
];

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

/** Three pixels in two rows; the second row says how it differs from the first. */
function rgbPng(): Buffer {
  const header = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const rows = Buffer.from([0, ...COLOURS.flat(), 2, ...COLOURS.flat().map(() => 0)]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a picture of few colours keeps every one of them, however near they are', () => {
  const file = toIndexedPng(rgbPng());
  const piece = (type: string): Buffer => {
    const at = file.indexOf(type);
    return file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4));
  };
  const palette = piece('PLTE');
  const rows = inflateSync(piece('IDAT'));
  const colours = [...rows].flatMap((index, at) =>
    at % 4 === 0 ? [] : [[...palette.subarray(index * 3, index * 3 + 3)]],
  );
  expect(colours).toEqual([...COLOURS, ...COLOURS]);
});

test('what is no picture of the kind that browsers write is refused', () => {
  const interlaced = rgbPng();
  interlaced[28] = 1;
  expect(() => toIndexedPng(interlaced)).toThrow('without interlacing');
});
