import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { useZodWords } from './zod-words.ts';

useZodWords();
const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

const [a, b] = [z.object({ is: z.literal('a') }), z.object({ is: z.literal('b') })];

test.each<[string, z.ZodType, unknown]>([
  ['must be given', z.object({ a: z.string() }), {}],
  ['must be given', z.string().min(1), ''],
  ['must be a text', z.string(), 1],
  ['must be a whole number', z.int(), 1.5],
  ['must be a list', z.array(z.string()), 'x'],
  ['must have at least 3 characters', z.string().min(3), 'ab'],
  ['must have at most 2 entries', z.array(z.int()).max(2), [1, 2, 3]],
  ['must be at most 5', z.int().max(5), 6],
  ['must be more than 0', z.number().positive(), 0],
  ['must be one of: a, b', z.enum(['a', 'b']), 'c'],
  ['has what is not known here: b', z.strictObject({}), { b: 1 }],
  ['must be an id: 36 characters', z.uuid(), 'x'],
  ['must match /^a$/', z.string().regex(/^a$/), 'b'],
  ['must begin with "https:"', z.string().startsWith('https:'), 'b'],
  ['must have exactly 6 characters', z.string().length(6), 'b'],
  ['must have exactly 6 characters', z.string().length(6), 'bbbbbbb'],
  ['must have at least one entry', z.array(z.string()).min(1), []],
  ['must be a list', z.tuple([z.string()]), 'b'],
  ['must be one of: a, b', z.discriminatedUnion('is', [a, b]), { is: 'c' }],
  ['has none of the forms that are taken here', z.union([a.required(), z.int()]), 'c'],
  ['must be an https address', z.string().regex(/^https:/, 'must be an https address'), 'b'],
])('says "%s" of what does not fit', (words, schema, value) => {
  expect(said(schema, value)).toBe(words);
});

test('the instant that is given as an example is taken wherever an instant is asked for', () => {
  for (const instant of [
    z.iso.datetime(),
    z.iso.datetime({ offset: true }),
    z.iso.datetime({ precision: 3 }),
  ]) {
    const example = /such as (\S+)$/.exec(said(instant, 'yesterday') ?? '')?.[1];
    expect({ example, taken: instant.safeParse(example).success }).toMatchObject({ taken: true });
  }
});
