import { describe, expect, test } from '@jest/globals';
import { readEdges, readEnvironmentReads } from './module-edges.ts';

describe('readEdges', () => {
  test('reads every way in which a file takes another, with its line', () => {
    const source = [
      "import a from './a.ts';",
      "import './side-effect.ts';",
      "export { b } from './b.ts';",
      "export * from './c.ts';",
      "const d = await import('./d.ts');",
      "const e = require('./e.cjs');",
    ].join('\n');
    expect(readEdges('x.ts', source).map(({ line, specifier }) => `${line} ${specifier}`)).toEqual([
      '1 ./a.ts',
      '2 ./side-effect.ts',
      '3 ./b.ts',
      '4 ./c.ts',
      '5 ./d.ts',
      '6 ./e.cjs',
    ]);
  });

  test('tells what is erased from what is loaded', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import { type B } from './b.ts';", // stays as a side effect under verbatimModuleSyntax
      "export type { C } from './c.ts';",
      "let d: import('./d.ts').D;",
    ].join('\n');
    expect(readEdges('x.ts', source).map(({ typeOnly }) => typeOnly)).toEqual([true, false, true, true]);
  });

  test('takes no edge from comments and strings', () => {
    const source = "// import './a.ts'\nconst text = \"import './b.ts'\"; /* require('./c.ts') */";
    expect(readEdges('x.ts', source)).toEqual([]);
  });
});

describe('readEnvironmentReads', () => {
  test.each([
    "process.env['HOME']",
    "process['env']",
    'globalThis.process.env.HOME',
    'const { env } = process;',
    "import { env } from 'node:process';",
  ])('finds %s', (source) => {
    expect(readEnvironmentReads('x.ts', `\n${source}`)).toEqual([2]);
  });

  test.each(['process.pid', 'options.env', '// process.env'])('lets pass %s', (source) => {
    expect(readEnvironmentReads('x.ts', source)).toEqual([]);
  });
});
