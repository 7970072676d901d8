import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { breakingChanges } from './breaking-changes.ts';
import type { ConnectorManifest, OperationSpec } from './manifest.ts';

const operation = { kind: 'upsert' } as OperationSpec;
const manifest = (version: string, config: z.ZodObject, more: Partial<ConnectorManifest> = {}) =>
  ({
    version,
    config: z.toJSONSchema(config, { io: 'input' }),
    auth: [{ type: 'basic', title: 'User' }],
    operations: { upsert: operation },
    streams: {},
    ...more,
  }) as unknown as ConnectorManifest;

const released = manifest('1.2.0', z.strictObject({ node: z.url(), mode: z.enum(['a', 'b']) }));

test('what is added and may be left out breaks nothing', () => {
  const next = manifest(
    '1.3.0',
    z.strictObject({ node: z.url(), mode: z.enum(['a', 'b', 'c']), size: z.int().default(5) }),
    { operations: { upsert: operation, delete: operation } },
  );
  expect(breakingChanges(released, next)).toEqual([]);
});

test('what is removed, required or narrowed is named, and allowed in a new major version', () => {
  const config = z.strictObject({ node: z.int(), mode: z.enum(['a']), key: z.string() });
  const changed = { auth: [{ type: 'bearer', title: 'Token' }] as const, operations: {} };
  expect(breakingChanges(released, manifest('1.3.0', config, changed))).toEqual([
    'The operation "upsert" was removed.',
    'The credential "basic" is no longer taken.',
    'config.key became required.',
    'config.node has another type than before.',
    'config.mode lost the choice "b".',
  ]);
  expect(breakingChanges(released, manifest('1.3.0', z.strictObject({ node: z.url() })))).toEqual([
    'config.mode was removed.',
  ]);
  expect(breakingChanges(released, manifest('2.0.0', config, changed))).toEqual([]);
});
