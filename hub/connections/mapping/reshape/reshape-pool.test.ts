import { afterAll, describe, expect, test } from '@jest/globals';
import { createReshapePool } from './reshape-pool.ts';

// Generous: what a reshape may do must not hang on how busy the machine is.
const pool = createReshapePool({ timeoutMs: 20_000 });
const hasty = createReshapePool({ timeoutMs: 1000, memoryMb: 48 });
afterAll(() => Promise.all([pool.close(), hasty.close()]));

const record = {
  id: 'call-1',
  parties: [
    { name: 'Ann', role: 'agent' },
    { name: 'Bob', role: 'caller' },
  ],
  long: `${'a'.repeat(40)}!`,
};
const one = async (text: string): Promise<unknown> => {
  const [made] = await pool.reshape(text, [record]);
  return made !== undefined && 'value' in made ? made.value : made?.wrong;
};
const FAILED = 'The reshape could not be evaluated for this record.';

describe('a reshape', () => {
  test.each<[string, unknown]>([
    ['{"who": parties[role="caller"].name, "all": parties.name}', { who: 'Bob', all: ['Ann', 'Bob'] }],
    ['$split("a,b;c", /[,;]/)', ['a', 'b', 'c']],
    ['$replace(long, /A+/i, "x")', 'x!'],
    ['$match("ab12", /([a-z]+)(\\d+)/).groups', ['ab', '12']],
    ['$pad("7", -3, "0")', '007'],
    ['missing', null],
    // The native engine needs seconds and more for this one.
    ['$match(long, /^(a+)+$/)', null],
  ])('%s', async (text, wanted) => {
    expect(await one(text)).toEqual(wanted);
  });

  test('answers each record, and says where a text is wrong', async () => {
    expect(await pool.reshape('$number(n)', [{ n: '1' }, { n: 'x' }, { n: '3' }])).toEqual([
      { value: 1 },
      { wrong: FAILED },
      { value: 3 },
    ]);
    expect(await pool.check('{"a": ')).toMatch(/^At character \d+: /);
    expect(await pool.check('{"a": id}')).toBeUndefined();
    expect(await pool.check(' '.repeat(20_000))).toContain('16384');
    expect(await pool.reshape('{"a": ', [record])).toMatchObject([
      { wrong: expect.stringMatching(/^At character/) },
    ]);
  });

  test('a complaint holds nothing of the record', async () => {
    for (const text of ['$number(id)', '$error(id)', '$assert(false, id)', '$toMillis(id)', 'id + 1'])
      expect(await one(text)).toBe(FAILED);
  });
});

describe('what means harm', () => {
  test.each([
    '$pad("x", 1e8)',
    '$eval("1+1")',
    '$now()',
    '$random()',
    '( $f := function($x){ $f($x) + 1 }; $f(1) )',
    '[1..10000000]',
    '$map([1..20000], function($i){ $i })',
    '$replace("aaa", /(?=a)/, "b")',
    '( $f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("aaaaaaaaaa", 15) )',
  ])('%s is refused', async (text) => {
    expect(await one(text)).toBe(FAILED);
  });

  test.each([
    'constructor',
    '__proto__',
    '$lookup($, "constructor")',
    'id.constructor',
    '$string.constructor',
    '$.toString',
    '$process',
    '$require',
  ])('%s reaches nothing', async (text) => {
    expect(await one(text)).toBeNull();
  });

  test('time and memory end the process, and the records after it go on in another', async () => {
    const endless = '( $f := function($x){ $f($x) }; x = 2 ? $f(1) : x )';
    const over = { wrong: 'The reshape took more time or memory than it may have, and was ended.' };
    const given = { wrong: expect.stringContaining('was not tried') };
    const records = [1, 2, 3, 2, 2, 1].map((x) => ({ x }));
    expect(await hasty.reshape(endless, records)).toEqual([
      { value: 1 },
      over,
      { value: 3 },
      over,
      over,
      given,
    ]);
    const greedy = '$length($reduce([1..9000], function($a, $b){ $a & $pad("", 8000, "x") }))';
    expect(await hasty.reshape(greedy, [{}])).toEqual([over]);
  });

  test('a pool that is closed refuses work', async () => {
    const closed = createReshapePool();
    await closed.close();
    await expect(closed.reshape('1', [{}])).rejects.toThrow('is stopping');
  });
});
