/** SoftHSM2: an HSM in software. There is nothing to start; each token lies in a folder of its own. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, test } from '@jest/globals';
import { mustRun } from '../allowed-skips.ts';
import type { Pkcs11Settings } from '../../../recorder-core/vault/providers/pkcs11/pkcs11-session.ts';

const run = promisify(execFile);
const LIBRARIES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];

/** The library, or undefined where SoftHSM2 is not installed. */
export const SOFTHSM_LIBRARY = LIBRARIES.find((path) => existsSync(path));
/** What a person is told where it is missing. */
export const SOFTHSM_MISSING = 'SoftHSM2 is not installed; apt-get install softhsm2';

/** Tests that need SoftHSM2: without it skipped, with the reason in the title, and failed where CI=true. */
export function describeWithSoftHsm(title: string, define: () => void): void {
  if (SOFTHSM_LIBRARY !== undefined) {
    describe(title, define);
  } else if (mustRun(title)) {
    test(title, () => {
      throw new Error(`This must run in continuous integration, but ${SOFTHSM_MISSING}.`);
    });
  } else {
    test.skip(`${title} (skipped: ${SOFTHSM_MISSING})`, () => undefined);
  }
}

/** A token with its user PIN, in a folder that goes with it. */
export interface SoftToken {
  readonly folder: string;
  readonly settings: Pkcs11Settings;
  /** For whoever loads the library. */
  readonly environment: Readonly<Record<string, string>>;
  /** Takes the token out, for good. */
  remove(): Promise<void>;
}

/** Makes an empty token; only within describeWithSoftHsm. */
export async function makeSoftToken(label = 'holdfast-test'): Promise<SoftToken> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-softhsm-'));
  const configuration = join(folder, 'softhsm2.conf');
  await mkdir(join(folder, 'tokens'));
  await writeFile(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
  const environment = { SOFTHSM2_CONF: configuration, PATH: process.env['PATH'] ?? '' };
  const pin = String(randomInt(1e8, 1e9));
  const words = ['--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', `${pin}0`];
  await run('softhsm2-util', words, { env: environment });
  await writeFile(join(folder, 'pin'), `${pin}\n`, { mode: 0o600 });
  return {
    folder,
    settings: {
      library: SOFTHSM_LIBRARY ?? '',
      token: label,
      pinFile: join(folder, 'pin'),
      keyName: 'holdfast-root',
    },
    environment,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
