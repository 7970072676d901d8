import { describe, expect, test } from '@jest/globals';
import { infoWavHeader } from './info-wav.ts';

const SHAPE = { rate: 8000, channels: 2, frames: 1000 } as const;

/** The chunks of a RIFF file, by name. */
function chunksOf(riff: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= riff.length;) {
    const length = riff.readUInt32LE(at + 4);
    chunks.set(riff.toString('latin1', at, at + 4), riff.subarray(at + 8, at + 8 + length));
    at += 8 + length + (length % 2);
  }
  return chunks;
}

describe('a WAV file that says what it is', () => {
  test('has texts of any length between its format and its samples, and a length that counts them', () => {
    for (const comment of ['', 'a', 'ab', 'Prüfung für Ö']) {
      const header = infoWavHeader(SHAPE, { INAM: 'name', ICMT: comment });
      const file = Buffer.concat([header, Buffer.alloc(4000, 7)]);
      expect(file.readUInt32LE(4)).toBe(file.length - 8);
      const chunks = chunksOf(file);
      expect([...chunks.keys()]).toEqual(['fmt ', 'LIST', 'data']);
      expect(chunks.get('data')).toEqual(Buffer.alloc(4000, 7));
      const list = chunks.get('LIST') ?? Buffer.alloc(0);
      expect(list.toString('latin1', 0, 4)).toBe('INFO');
      const texts = chunksOf(Buffer.concat([Buffer.alloc(8), list]));
      expect(texts.get('ICMT')?.toString('utf8')).toBe(`${comment}\0`);
    }
  });

  test('beyond 4 GiB stands at the largest length there is', () => {
    const header = infoWavHeader({ ...SHAPE, frames: 2 ** 31 }, { ICMT: 'long' });
    expect(header.readUInt32LE(4)).toBe(0xffffffff);
    expect(header.readUInt32LE(header.length - 4)).toBe(0xffffffff);
  });
});
