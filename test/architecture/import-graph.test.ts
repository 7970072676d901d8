import { dirname } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { findBreaches, findHomeless, targetOf } from './check-floors.ts';
import { findCycles } from './find-cycles.ts';
import { ENVIRONMENT_READERS, EXCEPTIONS, FLOORS, TEST_FILE, WIDE_TESTS } from './floors.ts';
import { readEdges, readEnvironmentReads, type ModuleEdge } from './module-edges.ts';
import { exists, filesEndingIn, textOf } from './repository.ts';

const files = filesEndingIn('.ts', '.tsx', '.mts', '.mjs', '.cjs');
const edges: ModuleEdge[] = [];

beforeAll(() => {
  for (const file of files) edges.push(...readEdges(file, textOf(file)));
});

describe('the import graph', () => {
  test('has a floor for every file', () => {
    expect(findHomeless(files, FLOORS)).toEqual([]);
  });

  test('points down the floors', () => {
    expect(edges.length).toBeGreaterThan(1000);
    expect(findBreaches(edges, { floors: FLOORS, exceptions: EXCEPTIONS })).toEqual([]);
  });

  test('leads to files that exist', () => {
    const lost = edges
      .filter(({ specifier }) => specifier.startsWith('.'))
      .filter((edge) => !exists(targetOf(edge)))
      .map((edge) => `${edge.from}:${edge.line} -> ${targetOf(edge)}: there is no such file.`);
    expect(lost).toEqual([]);
  });

  test('has no circle at run time', () => {
    expect(circlesOf(edges.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  test('has no circle of types that leaves a folder', () => {
    const wide = circlesOf(edges).filter((circle) => new Set(circle.map((file) => dirname(file))).size > 1);
    expect(wide).toEqual([]);
  });
});

function circlesOf(chosen: readonly ModuleEdge[]): string[][] {
  const graph = new Map(files.map((file) => [file, [] as string[]]));
  for (const edge of chosen) graph.get(edge.from)?.push(targetOf(edge));
  return findCycles(graph);
}

describe('the environment', () => {
  test('is read only where a reason is given', () => {
    const readers = files
      .filter((file) => !TEST_FILE.test(file))
      .filter((file) => !ENVIRONMENT_READERS.some(({ path }) => file === path || file.startsWith(`${path}/`)))
      .filter((file) => textOf(file).includes('process'))
      .flatMap((file) => readEnvironmentReads(file, textOf(file)).map((line) => `${file}:${line}`));
    expect(readers).toEqual([]);
  });

  test('and the wide tests give no reason for a file that is gone', () => {
    expect([...ENVIRONMENT_READERS, ...WIDE_TESTS].filter(({ path }) => !exists(path))).toEqual([]);
  });
});
