import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { configSchema } from './config-schema.ts';

test('a schema says with which words a value is refused, and which schemes an address may have', () => {
  const schema = configSchema(
    z.strictObject({
      address: z
        .url({ protocol: /^https?$/, error: 'must be an address' })
        .refine(() => true, 'must be bare')
        .meta({ title: 'Address' }),
      version: z.string().regex(/^\d+$/, 'must be a number').default('1'),
      free: z.string().max(5).optional(),
    }),
  );
  expect(schema.properties).toMatchObject({
    address: { format: 'uri', refusal: 'must be an address', title: 'Address' },
    version: { pattern: '^\\d+$', refusal: 'must be a number', default: '1' },
    free: { type: 'string', maxLength: 5 },
  });
  const { pattern } = schema.properties?.['address'] as { pattern: string };
  expect(
    ['http://a', 'HTTPS://a', ' https://a', 'ftp://a', 'xhttp:'].map((text) =>
      new RegExp(pattern).test(text),
    ),
  ).toEqual([true, true, true, false, false]);
  expect(schema.properties?.['free']).not.toHaveProperty('refusal');
});
