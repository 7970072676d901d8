import { describe, expect, it } from '@jest/globals';
import { requireOrder } from './time.ts';

const at = (ms: number, accuracyMs?: number) => ({ at: new Date(1_800_000_000_000 + ms), accuracyMs });

describe('time stamps along a log', () => {
  it('may be equal, or off by what their authorities allow', () => {
    requireOrder([]);
    requireOrder([at(0), at(0), at(10)]);
    requireOrder([at(1_000), at(0)]);
    requireOrder([at(5_000, 2_000), at(0, 3_000)]);
    requireOrder([at(1_000, 100), at(0, 100)]);
  });

  it('do not run backwards', () => {
    expect(() => requireOrder([at(1_001), at(0)])).toThrow(
      /A later checkpoint has the time stamp 2027-01-15T08:00:00\.000Z, and an earlier one 2027-01-15T08:00:01\.001Z/,
    );
    expect(() => requireOrder([at(5_001, 2_000), at(0, 3_000)])).toThrow(/contradict each other/);
    expect(() => requireOrder([at(0), at(9_000), at(0), at(10_000)])).toThrow(/contradict each other/);
  });
});
