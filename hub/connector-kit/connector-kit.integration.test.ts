import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sample } from '../../connectors/sample/connector.ts';
import { remoteError, RemoteFailure } from '../../connectors/kit/remote-error.ts';
import { SAMPLE_TOKENS, startSampleService } from '../../connectors/sample/testing/sample-service.ts';
import { connectors } from '../../connectors/registry.ts';
import { describeTrial, hasSucceeded } from './describe-trial.ts';
import { formatFiles } from './format-files.ts';
import { keepReleased, lintConnector } from './lint-connector.ts';
import { newConnector } from './new-connector.ts';
import { tryConnector } from './try-connector.ts';

const ROOT = join(import.meta.dirname, '../..');
const NEEDED = ['hub', 'recorder-core', 'test/support', 'package.json', '.prettierrc.json'];
let checkout: string;

// A checkout of its own, so that the registry of this one stays as it is.
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'holdfast-connector-'));
  await cp(join(ROOT, 'connectors'), join(checkout, 'connectors'), { recursive: true });
  for (const name of NEEDED) await cp(join(ROOT, name), join(checkout, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
}, 60_000);
afterAll(() => rm(checkout, { recursive: true, force: true }));

describe('a new connector', () => {
  test('is one folder and one line, speaks of itself alone, and passes the acceptance suite', async () => {
    const written = await newConnector(checkout, { id: 'acme-crm', title: 'Acme CRM' });
    expect(written).toContain('connectors/acme-crm/connector.ts');
    const registry = await readFile(join(checkout, 'connectors/registry.ts'), 'utf8');
    expect(registry).toContain("import { acmeCrm } from './acme-crm/connector.ts';");
    expect(registry).toMatch(/\[[^\]]*, acmeCrm\s*\]/);
    const names = await readdir(join(checkout, 'connectors/acme-crm'), { recursive: true });
    expect(names.filter((name) => name.includes('sample'))).toEqual([]);
    for (const path of written.slice(1))
      expect(await readFile(join(checkout, path), 'utf8')).not.toMatch(/sample/i);
    await formatFiles(checkout, written);
    expect(await readFile(join(checkout, 'connectors/registry.ts'), 'utf8')).toMatch(/^ {2}acmeCrm,$/m);
    const stderr = await runSuite({ HOLDFAST_WRITE_ACCEPTANCE: '1' });
    expect(stderr).toMatch(/Tests: +\d\d passed, \d\d total/);
  }, 120_000);

  test('is held against its last release, and its report is not changed unless that is asked for', async () => {
    await keepReleased(checkout, { ...sample, manifest: { ...sample.manifest, id: 'acme-crm' } });
    const { message } = await runSuite({}).then(
      () => new Error('it passed'),
      (error: Error) => error,
    );
    expect(message).toContain('says otherwise than this run of manifest-compatible. If that is meant: ');
    expect(message).toContain('connector test acme-crm --keep');
  }, 120_000);

  test('is refused under a bad name, and never takes the place of one that exists', async () => {
    const refused = (id: string, title = 'Acme') => newConnector(checkout, { id, title });
    await expect(refused('Acme')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(refused('../acme')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(refused('acme', "It's")).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(refused('elasticsearch')).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the rules for a release', () => {
  test('are kept by every connector of this build', async () => {
    for (const connector of connectors) expect(await lintConnector(ROOT, connector)).toEqual([]);
  });

  test('hold a manifest against the one that was released', async () => {
    await keepReleased(checkout, sample);
    const operations = Object.fromEntries(
      Object.entries(sample.manifest.operations).filter(([id]) => id !== 'delete-recording'),
    );
    const without = { ...sample, manifest: { ...sample.manifest, operations } };
    expect(await lintConnector(checkout, sample)).toEqual([]);
    expect(await lintConnector(checkout, without)).toEqual(['The operation "delete-recording" was removed.']);
  });
});

describe('a trial', () => {
  const log = () => undefined;

  test('checks, discovers, plans, and sends only when it is asked to', async () => {
    const service = await startSampleService();
    const tried = {
      config: { address: service.url },
      credential: { type: 'bearer', token: SAMPLE_TOKENS.writer },
      log,
    };
    const dry = await tryConnector(sample, tried, false);
    expect(dry.planned?.map(({ action }) => action)).toEqual(['create', 'create']);
    expect(dry.catalog?.objects[0]?.fields.length).toBeGreaterThan(5);
    expect([dry.outcomes, service.documents.size]).toEqual([undefined, 0]);
    const { outcomes = [] } = await tryConnector(sample, tried, true);
    expect(outcomes.map((one) => (one.outcome === 'done' ? one.receipt.result : one.error))).toEqual([
      'created',
      'created',
      'deleted',
      'deleted',
    ]);
    await service.close();
  });

  test('stops at a check that fails, with what to do', async () => {
    const service = await startSampleService();
    const credential = { type: 'bearer', token: SAMPLE_TOKENS.reader };
    const trial = await tryConnector(sample, { config: { address: service.url }, credential, log }, true);
    expect(trial.checks.find(({ status }) => status === 'fail')).toMatchObject({ id: 'permitted' });
    expect(trial.planned).toBeUndefined();
    expect(describeTrial(trial).join('\n')).toContain(
      '✗ The credential may write recordings: The credential may read and not write.\n    Give the token the right to write.',
    );
    expect(hasSucceeded(trial)).toBe(false);
    await service.close();
  });

  test('that fails after its checks tells them too, and what was found before', async () => {
    const service = await startSampleService();
    const credential = { type: 'bearer', token: SAMPLE_TOKENS.writer };
    const away: typeof sample = {
      ...sample,
      plan: () => Promise.reject(new RemoteFailure(remoteError('transient', 'It went away.'))),
    };
    const trial = await tryConnector(away, { config: { address: service.url }, credential, log }, true);
    const told = describeTrial(trial).join('\n');
    expect(told).toMatch(/^✓ [^]*\n✗ What follows the checks: It went away\.\n {4}Check the address/);
    expect(told).toMatch(/^ {2}\S+ has \d+ fields$/m);
    expect(hasSucceeded(trial)).toBe(false);
    await service.close();
  });
});

test('a trial with a credential of another kind, or without one, says which kinds there are, and asks nobody', async () => {
  const service = await startSampleService();
  const refused = (credential: unknown) =>
    tryConnector(sample, { config: { address: service.url }, credential, log: () => undefined }, false);
  for (const credential of [{ type: 'none' }, { type: 'api_key', apiKey: 'canary' }, { type: 'bearer' }])
    await expect(refused(credential)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^(?!.*canary).*bearer/),
    });
  await service.close();
});

/** Runs the suite of the new connector in its checkout; rejects with everything it said where a test fails. */
async function runSuite(variables: Readonly<Record<string, string>>): Promise<string> {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const config = ['--config', JSON.stringify(ALONE), '--testPathPatterns', 'connectors/(acme-crm|registry)'];
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--experimental-vm-modules', jest, ...config],
    { cwd: checkout, env: { ...process.env, CI: 'true', ...variables } },
  );
  return stderr;
}

const ALONE = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/connectors/**/*.test.ts'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
