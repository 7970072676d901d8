import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.ts';
import { MAX_SOURCES, SourceTable } from './source-table.ts';
import { freshKeys } from './test-support/packets.ts';

const ring = new KeyRing([freshKeys('AES_CM_128_HMAC_SHA1_80')]);

describe('the table of sources', () => {
  it('holds no more than its limit and forgets the one that was silent longest', () => {
    const table = new SourceTable();
    for (let ssrc = 0; ssrc < MAX_SOURCES; ssrc++) table.accept(ssrc, ring, 1);
    table.accept(0, ring, 2);
    table.accept(MAX_SOURCES, ring, 1);
    const held = Array.from({ length: MAX_SOURCES + 1 }, (_, ssrc) => table.get(ssrc) !== undefined);
    expect(held).toEqual(held.map((_, ssrc) => ssrc !== 1));
    expect(table.get(0)?.window.highest).toBe(2);
  });

  it('begins a new window for a source under new keys', () => {
    const table = new SourceTable();
    table.accept(7, ring, 500);
    table.accept(7, new KeyRing([freshKeys('AEAD_AES_128_GCM')]), 3);
    expect(table.get(7)?.window.highest).toBe(3);
  });
});
