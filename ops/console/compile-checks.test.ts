import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectors } from '../../connectors/registry.ts';
import { compileChecks } from './compile-checks.ts';

type Check = ((value: unknown) => boolean) & { readonly errors?: { instancePath: string }[] | null };

let folder: string;
let source: string;
let checks: Record<string, Check>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-checks-'));
  source = compileChecks(connectors.map(({ manifest }) => manifest));
  const file = join(folder, 'checks.mjs');
  await writeFile(file, source);
  ({ checks } = (await import(pathToFileURL(file).href)) as { checks: Record<string, Check> });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const refusedAt = (name: string, value: unknown) => {
  const check = checks[name];
  if (check === undefined) throw new Error(`There is no check ${name}.`);
  return check(value) ? [] : (check.errors ?? []).map(({ instancePath }) => instancePath);
};

test('the checks need neither eval nor any other module', () => {
  expect(source).not.toMatch(/\brequire\(|\bimport\b|\bnew Function\b|\beval\(/);
});

test('a field that the hub refuses is refused at the same place', () => {
  const servicenow = Object.keys(checks).find((name) => name.startsWith('servicenow@')) ?? '';
  expect(refusedAt(servicenow, { instance: 'ftp://nowhere', user: 'a b' })).toEqual(['/instance', '/user']);
  expect(refusedAt(servicenow, { instance: 'https://x.example', user: 'hub' })).toEqual([]);
  expect(refusedAt('credential/basic', { username: 'a:b', password: 'x' })).toEqual(['/username']);
  expect(refusedAt('credential/oauth2_code', { clientId: 'c', clientSecret: 's' })).toEqual([]);
});

describe('what the hub takes, the page takes', () => {
  test.each(connectors.map((connector) => [connector.manifest.id, connector] as const))(
    '%s',
    (_id, connector) => {
      const { id, version, config } = connector.manifest;
      const fields = Object.entries(config.properties ?? {}).map(
        ([name, schema]) => [name, valuesFor(schema)] as const,
      );
      fc.assert(
        fc.property(fc.record(Object.fromEntries(fields), { requiredKeys: [] }), (value) => {
          try {
            connector.parseConfig(value);
          } catch {
            return;
          }
          expect(refusedAt(`${id}@${version}`, value)).toEqual([]);
        }),
        { numRuns: 200 },
      );
    },
  );
});

/** Values near those that a field may have: its own, texts of its pattern, and others. */
function valuesFor(schema: unknown): fc.Arbitrary<unknown> {
  const { enum: known, pattern, default: usual, format } = schema as Record<string, unknown>;
  return fc.oneof(
    fc.constantFrom(...((known as unknown[] | undefined) ?? [usual])),
    format === 'uri'
      ? fc.constantFrom(
          'https://a.example',
          'http://a.example:80',
          'HTTPS://A.example',
          'ftp://a',
          'https://a/b',
        )
      : typeof pattern === 'string' && !pattern.includes('(?=')
        ? fc.stringMatching(new RegExp(pattern))
        : fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constantFrom('acme-calls', [])),
  );
}
