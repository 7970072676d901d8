import { describe, expect, test } from '@jest/globals';
import { authorize } from '../../recorder-core/authorization/authorize.ts';
import { publishedPolicySet } from '../../recorder-core/authorization/check-policies.ts';
import { context, NOW_MS, principal, recording } from '../../test/support/access-questions.ts';
import { judgeApart } from './judge-apart.ts';

const policy = (condition: string) =>
  `@id("own/a") @says("A.") forbid(principal, action, resource is Recording) when { ${condition} };`;
const faultsOf = async (condition: string) => {
  const { check } = await judgeApart({ text: policy(condition), examples: [], nowMs: NOW_MS });
  return check.faults.map(({ message }) => message);
};
const chain = (links: number) => Array.from({ length: links }, () => 'resource.held').join(' && ');

describe('a text that is judged in a process of its own', () => {
  test.each([
    ['a hundred thousand parentheses', `${'('.repeat(100_000)}true${')'.repeat(100_000)}`],
    ['a chain of twenty thousand conditions', chain(20_000)],
  ])('cannot harm the decisions of others by %s', async (_, condition) => {
    expect(await faultsOf(condition)).toEqual([expect.stringContaining('nested too deeply')]);
    const play = {
      principal: principal(),
      act: 'recording.play',
      thing: recording(),
      context: context(),
    } as const;
    expect(authorize(publishedPolicySet(1, policy('resource.held')), [], play).allowed).toBe(true);
  });

  test('is compared and asked about where that is wanted', async () => {
    const people = [
      principal({ id: 'a', role: 'administrator' }),
      principal({ id: 'b', role: 'administrator' }),
    ];
    const question = {
      text: policy('resource.held'),
      examples: [],
      nowMs: NOW_MS,
      effect: {
        published: { version: 0, text: '' },
        people: people.map((one) => ({ name: one.id, principal: one })),
        classes: [{ recordings: 3, example: recording({ held: true }) }],
        context: context(),
        questions: 500,
      },
      lockout: { people, context: context(), knowsPlace: false },
    };
    const { check, effect, changeable } = await judgeApart(question);
    expect([check.faults, changeable]).toEqual([[], true]);
    expect(effect?.changes[0]).toMatchObject({
      change: 'loses',
      rule: 'own/a',
      peopleCount: 2,
      recordings: 3,
    });
    const placed = policy('context has address && context.address.isLoopback()');
    expect((await judgeApart({ ...question, text: placed })).changeable).toBeNull();
    expect(await judgeApart({ ...question, text: 'permit(' })).toMatchObject({
      effect: null,
      changeable: null,
    });
  });
});
