import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';

const IO_FILES = ['rule-pack-file.ts', 'sign-pack.ts'];
const WITH_ZOD = ['clock-rows.ts', 'rule-fields.ts', 'rule-pack.ts', 'tenant-policy.ts', ...IO_FILES];
const folder = new URL('./', import.meta.url);

/** File name to source, without tests and their reference evaluator. */
async function sources(): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith('.ts') && !/\.(test|reference)\.ts$/.test(name),
  );
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const),
    ),
  );
}

/** What a file imports at run time; `import type` is erased. */
const imports = (source: string): string[] =>
  [...source.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from '([^']+)'/gm)].map((match) => match[1]!);

describe('the decision files', () => {
  test('import nothing but each other and the error class, so that a workflow can bundle them', async () => {
    const offending = [...(await sources())]
      .filter(([name]) => !WITH_ZOD.includes(name))
      .flatMap(([name, source]) => imports(source).map((target) => `${name} imports ${target}`))
      .filter(
        (edge) =>
          !/ imports (\.\.\/errors\.ts|\.\/[a-z-]+\.ts)$/.test(edge) ||
          WITH_ZOD.some((file) => edge.endsWith(`/${file}`)),
      );
    expect(offending).toEqual([]);
  });

  test('take no clock, no randomness and no Node global', async () => {
    const forbidden =
      /Date\.now|new Date\(\)|Math\.random|\bBuffer\b|\bprocess\b|setTimeout|performance|crypto\b/;
    const offending = [...(await sources())]
      .filter(([name]) => !IO_FILES.includes(name))
      .filter(([, source]) => forbidden.test(source.replace(/\/\*[^]*?\*\/|\/\/.*/g, '')))
      .map(([name]) => name);
    expect(offending).toEqual([]);
  });
});
