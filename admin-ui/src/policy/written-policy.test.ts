import { expect, test } from '@jest/globals';
import { tenantPolicySchema } from '../../../recorder-core/policy/tenant-policy.ts';
import { EMPTY_POLICY, parsePolicy, writtenPolicy } from './written-policy.ts';

test('what a first policy begins with is one that the hub takes', () => {
  expect(tenantPolicySchema.safeParse(parsePolicy(writtenPolicy(EMPTY_POLICY))).success).toBe(true);
});

test('only a JSON object is sent', () => {
  expect(['', '{', '[]', 'null', '7', '"x"'].map(parsePolicy)).toEqual(Array(6).fill(undefined));
  expect(parsePolicy('{"consent": []}')).toEqual({ consent: [] });
});
