import { expect, test } from '@jest/globals';
import { reason } from '../../../hub/api/schemas/primitives.ts';
import { isReason } from './reason.ts';

test('a reason that the console takes is one that the hub takes, and no shorter one is', () => {
  for (const text of ['', ' ', 'a', ' ab ', 'abc', '  abc  ', 'A card was read out.'])
    expect({ text, taken: isReason(text) }).toEqual({ text, taken: reason.safeParse(text).success });
});
