import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { formatTrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { exportBundle } from '../../recorder-core/verifier/testing/export-bundle.ts';
import { Installation } from '../../recorder-core/verifier/testing/installation.ts';

jest.setTimeout(300_000); // the bundler starts twice

const BUILDER = resolve('ops/verifier/build-verifier.ts');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-standalone-'));
const FILE = 'holdfast-verify.mjs';
let printed: string;

beforeAll(async () => {
  printed = await buildFrom(process.cwd(), join(folder, 'one'));
  const installation = new Installation();
  installation.record();
  const bundle = await exportBundle(installation);
  writeFileSync(join(folder, 'one', 'good.zip'), bundle);
  bundle[bundle.length >> 1]! ^= 1;
  writeFileSync(join(folder, 'one', 'bad.zip'), bundle);
  writeFileSync(join(folder, 'one', 'trust.json'), formatTrustFile(installation.trust()));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Builds the package; answers what the build printed. */
function buildFrom(cwd: string, into: string): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', BUILDER, into],
      { cwd },
      (error, out) => (error === null ? done(out) : fail(error)),
    );
  });
}

/** Whether a process can be had here that has no network at all. */
const UNSHARED = spawnSync('unshare', ['-rn', 'true']).status === 0;

/** Runs the file alone: in its folder, with an empty environment and, where the system lets us, without a network. */
function runAlone(...args: string[]): { status: number | null; output: string } {
  const command = [process.execPath, FILE, ...args];
  const [program, ...rest] = UNSHARED ? ['unshare', '-rn', ...command] : command;
  const { status, stdout, stderr } = spawnSync(program!, rest, {
    cwd: join(folder, 'one'),
    env: { PATH: '/usr/bin:/bin' },
  });
  return { status, output: `${stdout.toString()}${stderr.toString()}` };
}

describe('the verifier as one file', () => {
  it('has the same bytes whenever and wherever it is built, and their digest is printed', async () => {
    await buildFrom(tmpdir(), join(folder, 'two'));
    const [one, two] = ['one', 'two'].map((name) => readFileSync(join(folder, name, FILE)));
    expect(one!.equals(two!)).toBe(true);
    const digest = spawnSync('sha256sum', [join(folder, 'one', FILE)])
      .stdout.toString()
      .split(' ')[0]!;
    expect(printed).toContain(digest);
    expect(readdirSync(join(folder, 'two')).sort()).toEqual([FILE, 'package.json']);
  });

  it('needs nothing but Node, and nothing of Node that reaches a network or starts a process', () => {
    const text = readFileSync(join(folder, 'one', FILE), 'utf8');
    const imported = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name!);
    expect(imported.length).toBeGreaterThan(3);
    for (const name of imported) expect(builtinModules).toContain(name.replace('node:', ''));
    expect(imported.sort()).toEqual([
      'node:crypto',
      'node:fs/promises',
      'node:path',
      'node:util',
      'node:zlib',
    ]);
    expect(text).not.toMatch(/\brequire\(|\bimport\(|\bfetch\(|process\.env|XMLHttpRequest|WebSocket/);
  });

  it('verifies a good bundle and refuses a bad one, in an empty place', () => {
    const good = runAlone('good.zip', '--trust', 'trust.json');
    expect(good).toEqual({ status: 0, output: expect.stringMatching(/^VERIFIED: good\.zip\n/) });
    const bad = runAlone('bad.zip', '--trust', 'trust.json');
    expect(bad).toEqual({ status: 1, output: expect.stringMatching(/^REFUSED: bad\.zip\n/) });
    expect(runAlone().status).toBe(2);
    expect(runAlone('none.zip', '--trust', 'trust.json').status).toBe(3);
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(
      ['bad.zip', 'good.zip', FILE, 'package.json', 'trust.json'].sort(),
    );
  });
});
