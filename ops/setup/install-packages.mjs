import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from './step.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** The Node that everything runs on; it comes with the packages. */
export const NODE = join(ROOT, 'node_modules/node/bin/node');
/** Remembers which lock file the installed packages came from. */
const STAMP = join(ROOT, 'node_modules/.holdfast-lock');

/** Installs exactly the lock file; does nothing when that was done before. */
export async function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (installed !== wanted || !existsSync(NODE)) {
    await step('packages of the lock file are installed', () =>
      npm('ci', '--no-progress', '--no-audit', '--no-fund', '--loglevel=error'),
    );
    if (!existsSync(NODE)) {
      throw new Error(
        'npm did not install the package "node", which brings Node 24. Allow install scripts (npm config set ignore-scripts false) and try again.',
      );
    }
    writeFileSync(STAMP, wanted);
  }
}

function npm(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (bytes) => {
      errors = (errors + bytes).slice(-4000);
    });
    child.on('error', () =>
      reject(new Error('npm was not found. Install it together with Node and try again.')),
    );
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(explain(errors)));
    });
  });
}

function explain(errors) {
  if (/ENOSPC/.test(errors))
    return 'The disk is full, so the packages could not be installed. Free about 1.5 GB and try again.';
  return `The packages could not be installed. npm says:\n${errors.trim()}`;
}
