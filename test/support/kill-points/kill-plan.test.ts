import { expect, test } from '@jest/globals';
import { firstCalls, laterCalls, noKills, type KillPoint } from './kill-plan.ts';

const points = (step: string): KillPoint[] =>
  Array.from({ length: 40 }, (_, n) => n + 1).flatMap((call) =>
    (['begun', 'done'] as const).map((moment) => ({ workflow: 'disposal', step, moment, call })),
  );
const named = ({ step, moment, call }: KillPoint): string => `${step} ${moment} ${String(call)}`;

test('the plan of first calls kills at each moment of a step once', () => {
  expect(points('destroyKeys').filter(firstCalls).map(named)).toEqual([
    'destroyKeys begun 1',
    'destroyKeys done 1',
  ]);
  expect(points('destroyKeys').filter(noKills)).toEqual([]);
});

test('the plan of later calls kills at no first one, at a few of each step, and at most as often as it is told', () => {
  const all = ['destroyKeys', 'evictKeys', 'certify'].flatMap(points);
  const killed = all.filter(laterCalls(7, 100));
  expect(killed.map(({ call }) => call)).not.toContain(1);
  expect(killed).toHaveLength(9);
  expect(all.filter(laterCalls(7, 4))).toHaveLength(4);
});

test('a seed repeats its kills in whatever order steps come, and another seed has others', () => {
  const mixed = points('evictKeys').flatMap((point, n) => [point, points('destroyKeys')[n]!]);
  const apart = [...points('destroyKeys'), ...points('evictKeys')];
  const killedOf = (all: KillPoint[], seed: number) => all.filter(laterCalls(seed, 100)).map(named).sort();
  expect(killedOf(mixed, 7)).toEqual(killedOf(apart, 7));
  expect(killedOf(apart, 8)).not.toEqual(killedOf(apart, 7));
});
