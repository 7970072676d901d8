import { describe, expect, test } from '@jest/globals';
import { shortId } from './short-id.ts';

describe('shortId', () => {
  test('A version 7 id tells its day.', () => {
    // The example of RFC 9562, appendix A.6: 22 February 2022, 19:22:22 UTC.
    expect(shortId('017f22e2-79b0-7cc3-98c4-dc0c0c07398f', 'UTC')).toBe('22 Feb 2022 …07398f');
  });

  test('Any other UUID is shown by its end.', () => {
    expect(shortId('919108f7-52d1-4320-9bac-f847db4148a8', 'UTC')).toBe('…4148a8');
  });

  test('A name that is no UUID is shown whole.', () => {
    expect(shortId('ledger-3')).toBe('ledger-3');
    expect(shortId('local.recorder')).toBe('local.recorder');
  });
});
