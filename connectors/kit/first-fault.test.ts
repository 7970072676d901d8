import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { firstFault } from './first-fault.ts';

const group = z.strictObject({ connection: z.string(), cause: z.string() });
const chosen = z.strictObject({ ids: z.array(z.string()) });

test.each<[string, string, z.ZodType, unknown]>([
  ['a/b', 'must be a text', z.object({ a: z.object({ b: z.string() }) }), { a: { b: 1 } }],
  ['a/x', 'is not known here', z.object({ a: z.strictObject({}) }), { a: { x: 1, y: 2 } }],
  ['ids', 'must be given', z.union([group, chosen]), {}],
  ['cause', 'must be given', z.union([group, chosen]), { connection: 'c' }],
  ['of/ids', 'must be a list', z.object({ of: z.union([group, chosen]) }), { of: { ids: 1 } }],
  ['', 'has none of the forms that are taken here', z.union([z.string(), z.number()]), true],
  ['', 'Name one at least', z.object({}).refine(() => false, 'Name one at least.'), {}],
])('at "%s" says "%s"', (path, says, schema, value) => {
  const { error } = schema.safeParse(value);
  expect(error === undefined ? undefined : firstFault(error)).toEqual({
    path: path.split('/').filter(Boolean),
    says,
  });
});
