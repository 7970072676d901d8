import { describe, expect, test } from '@jest/globals';
import { channelGains } from './channel-gains.ts';

describe('channelGains', () => {
  test('Two voices are heard one in each ear.', () => {
    expect(channelGains([false, false])).toEqual({
      leftToLeft: 1,
      leftToRight: 0,
      rightToLeft: 0,
      rightToRight: 1,
    });
  });

  test('One voice alone is heard in both ears, and nothing of the muted one.', () => {
    expect(channelGains([true, false])).toEqual({
      leftToLeft: 0,
      leftToRight: 0,
      rightToLeft: 1,
      rightToRight: 1,
    });
    expect(channelGains([false, true])).toEqual({
      leftToLeft: 1,
      leftToRight: 1,
      rightToLeft: 0,
      rightToRight: 0,
    });
  });

  test('Both muted is silence.', () => {
    expect(Object.values(channelGains([true, true]))).toEqual([0, 0, 0, 0]);
  });
});
