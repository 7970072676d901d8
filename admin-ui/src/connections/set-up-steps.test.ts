import { expect, test } from '@jest/globals';
import { isStepDone, openChecks, setUpStepOf, stepsOf } from './set-up-steps.ts';

const check = (more: object) => ({
  id: 'c',
  title: 'C',
  severity: 'required' as const,
  status: 'ok' as const,
  detail: null,
  fix: null,
  ranAt: null,
  current: true,
  ...more,
});
const draft = (...checks: ReturnType<typeof check>[]) => ({
  state: 'draft' as const,
  credential: null,
  checks,
});
const operation = (mapped: boolean) => ({ mapped }) as never;

test('a connector has the steps that it has something to do in', () => {
  expect(stepsOf({ operations: [operation(true)], checks: [check({})] })).toEqual([
    'sign-in',
    'checks',
    'map',
    'try',
    'live',
  ]);
  expect(stepsOf({ operations: [operation(false)], checks: [] })).toEqual(['sign-in', 'try', 'live']);
});

test('an address that names no step leads to the first', () => {
  expect([setUpStepOf('try'), setUpStepOf('none')]).toEqual(['try', 'sign-in']);
});

test('a step is done as far as the draft tells', () => {
  const keyed = { auth: [{ type: 'api_key', title: 'K', fields: {} }] };
  expect(isStepDone('sign-in', draft(), keyed)).toBe(false);
  expect(isStepDone('sign-in', { ...draft(), credential: { kind: 'api_key', givenAt: null } }, keyed)).toBe(
    true,
  );
  expect(isStepDone('sign-in', draft(), { auth: [{ type: 'none', title: 'N', fields: {} }] })).toBe(true);
  expect(isStepDone('checks', draft(check({})), keyed)).toBe(true);
  expect(isStepDone('checks', draft(check({ current: false })), keyed)).toBe(false);
  expect(isStepDone('map', draft(), keyed)).toBe(false);
});

test('only required checks keep a draft from going live', () => {
  const checks = [check({ severity: 'advised', status: 'fail' }), check({ id: 'd', status: null })];
  expect(openChecks({ checks: checks as never }).map(({ id }) => id)).toEqual(['d']);
});
