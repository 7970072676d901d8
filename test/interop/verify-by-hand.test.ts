import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { timeStampRequest } from '../../recorder-core/ledger/timestamp.ts';
import { formatTrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { exportBundle } from '../../recorder-core/verifier/testing/export-bundle.ts';
import { Installation } from '../../recorder-core/verifier/testing/installation.ts';
import { makeTimeStampAuthority } from '../support/time-stamp-authority.ts';
import { testProgram } from './program-test.ts';

jest.setTimeout(120_000); // OpenSSL's processes

const folder = mkdtempSync(join(tmpdir(), 'holdfast-by-hand-'));
const authority = makeTimeStampAuthority();
afterAll(() => {
  authority.close();
  rmSync(folder, { recursive: true });
});

/** The commands of docs/verifying.md under "By hand", by the number of their step; 0 unpacks. */
function steps(): string[] {
  const [, byHand = ''] = readFileSync('docs/verifying.md', 'utf8').split('## By hand');
  return [...byHand.matchAll(/```sh\n([^]*?)```/g)].map(([, commands]) => commands ?? '');
}

/** Runs the first `count` steps in one shell and answers what the last of them printed. */
function runUpTo(count: number): string[] {
  const shown = steps().slice(0, count + 1);
  const last = shown.pop() ?? '';
  rmSync(join(folder, 'bundle'), { recursive: true, force: true });
  const script = `set -euo pipefail\n{\n${shown.join('\n')}\n} > /dev/null 2>&1\n${last}`;
  const output = execFileSync('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  return output.toString().trim().split('\n');
}

describe('a bundle, by hand as docs/verifying.md tells', () => {
  const programs = ['jq', 'xxd', 'unzip', 'openssl'].map((name) => testProgram(name, name));
  const missing = programs.find(({ path }) => path === undefined) ?? programs[0]!;

  missing.test('passes every step with OpenSSL, sha256sum and jq', async () => {
    const installation = new Installation();
    installation.witnesses.push({ name: 'witness.example', key: generateKeyPairSync('ed25519').privateKey });
    installation.stamp = (message) =>
      authority.reply(timeStampRequest(message, Buffer.alloc(8, 1))).toString('base64');
    const id = installation.record();
    installation.derive(id);
    installation.record();
    writeFileSync(join(folder, 'bundle.zip'), await exportBundle(installation));
    writeFileSync(join(folder, 'trust.json'), formatTrustFile(installation.trust([authority.root])));

    expect(steps()).toHaveLength(9);
    expect(runUpTo(1)).toEqual(['manifest.json: OK']);
    expect(runUpTo(2)).toEqual(['Signature Verified Successfully']);
    expect(runUpTo(3)).toEqual(['Signature Verified Successfully']);
    expect(runUpTo(4)).toEqual(['Verification: OK']);
    const [signed, computed, ...more] = runUpTo(5);
    expect([computed, more]).toEqual([signed, []]);
    expect(runUpTo(6)).toEqual([
      expect.stringMatching(/^\[1,"20.*","recording\.sealed","done"\]$/),
      expect.stringMatching(/^\[2,.*"recording\.stored"/),
      expect.stringMatching(/^\[3,.*"recording\.played"/),
      expect.stringMatching(/^\[4,.*"recording\.derived"/),
      '4',
    ]);
    const parts = runUpTo(7);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part).toMatch(/^recordings\/.*\/parts\/.*: OK$/);
    const [commitment, stated] = runUpTo(8);
    expect(commitment).toBe(stated);
  });

  test('is told step by step', () => {
    expect(steps()[0]).toContain('unzip');
  });
});
