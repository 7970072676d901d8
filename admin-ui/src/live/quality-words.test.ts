import { describe, expect, test } from '@jest/globals';
import { lossInWords, qualityOf, streamInWords } from './quality-words.ts';

describe('quality in words', () => {
  test('A MOS reads as ITU-T G.109 names it, and none is not taken for a bad one.', () => {
    expect([4.3, 4.03, 3.8, 3.2, 2, null].map((mos) => qualityOf(mos).word)).toEqual([
      'Good',
      'Good',
      'Fair',
      'Poor',
      'Bad',
      'Not rated',
    ]);
  });

  test('Loss is a share of what was sent, and a little of it is not nothing.', () => {
    expect(lossInWords({ packets: 90, lost: 10 })).toBe('10.0 %');
    expect(lossInWords({ packets: 9999, lost: 1 })).toBe('< 0.1 %');
    expect(lossInWords({ packets: 50, lost: 0 })).toBe('0 %');
    expect(lossInWords({ packets: 0, lost: 0 })).toBe('–');
  });

  test('A stream says what it carries, whether it is protected, and whether it is held.', () => {
    expect(streamInWords({ codec: 'PCMU', secured: true, held: true })).toBe('PCMU, SRTP, on hold');
    expect(streamInWords({ codec: null, secured: false, held: false })).toBe('No packet yet');
  });
});
