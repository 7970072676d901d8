import { expect, test } from '@jest/globals';
import { EMPTY_POLICY, parsePolicy, writtenPolicy } from './written-policy.ts';

test('what is written is read again as it was', () => {
  expect(parsePolicy(writtenPolicy(EMPTY_POLICY))).toEqual(EMPTY_POLICY);
});

test('only a JSON object is sent', () => {
  expect(['', '{', '[]', 'null', '7', '"x"'].map(parsePolicy)).toEqual(Array(6).fill(undefined));
  expect(parsePolicy('{"consent": []}')).toEqual({ consent: [] });
});
