import { expect, test } from '@jest/globals';
import { mayHold, type Facts, type Guard } from './policy-guards.ts';

const FACTS: Facts = {
  principal: { job: 'clerk' },
  resource: { held: true, region: 'eu', department: 'sales' },
  context: { purpose: 'audit' },
};

const there = (of: Guard['of'], attr: string): Guard => ({ of, attr });
const is = (of: Guard['of'], attr: string, equals: string | boolean): Guard => ({ of, attr, equals });

test.each<[string, Guard[], boolean]>([
  ['asks nothing first', [], true],
  ['asks for what is there', [there('resource', 'department')], true],
  ['asks for what is not there', [there('resource', 'classification')], false],
  ['asks of something else', [there('context', 'department')], false],
  ['asks for a name that every object has', [there('resource', 'constructor')], false],
  ['asks for the same text', [is('resource', 'region', 'eu')], true],
  ['asks for another text', [is('resource', 'region', 'us')], false],
  ['asks for another flag', [is('resource', 'held', false)], false],
  ['asks for a flag of a text, which is left to Cedar', [is('resource', 'region', true)], true],
  ['reads what is not there, which errs', [is('resource', 'classification', 'x')], true],
  ['reads a name that every object has, which errs', [is('resource', 'toString', 'x')], true],
  ['fails at its second question', [there('principal', 'job'), is('context', 'purpose', 'x')], false],
  ['has all it asks for', [there('principal', 'job'), is('principal', 'job', 'clerk')], true],
  ['errs before it would fail', [is('resource', 'x', 'y'), there('resource', 'z')], true],
])('a policy that %s', (_what, guards, may) => {
  expect(mayHold(guards, FACTS)).toBe(may);
});
