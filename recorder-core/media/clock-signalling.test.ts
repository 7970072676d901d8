import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseClockSignalling } from './clock-signalling.ts';

describe('clock signalling', () => {
  it.each([
    ['ntp=/traceable/', 'direct=0', { reference: 'ntp=/traceable/', offset: 0, rate: 1 }],
    [
      ' ptp=IEEE1588-2008:39-A7-94-FF-FE-07-CB-D0:0 ',
      'direct=963214424 rate=1000/1001',
      { reference: 'ptp=IEEE1588-2008:39-A7-94-FF-FE-07-CB-D0:0', offset: 963214424, rate: 1000 / 1001 },
    ],
    ['gps', 'id=src:MDA6NjA= direct=7', { reference: 'gps', offset: 7, rate: 1 }],
    ['ntp=/traceable/', 'sender', undefined],
    ['ntp=/traceable/', 'direct', undefined],
    ['ntp=/traceable/', 'direct=4294967296', undefined],
    ['ntp=/traceable/', 'direct=1 rate=1/0', undefined],
    ['sundial=north', 'direct=0', undefined],
  ])('reads %s with %s', (refclk, mediaclk, expected) => {
    expect(parseClockSignalling(refclk, mediaclk)).toEqual(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (refclk, mediaclk) => {
        parseClockSignalling(`ntp=${refclk}`, `direct=${mediaclk}`);
      }),
    );
  });
});
