import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT } from './install-packages.mjs';
import { precompress } from './precompress.mjs';
import { step } from './step.mjs';

const FOLDER = join(ROOT, 'admin-ui');
const STAMP = join(FOLDER, 'dist/.sources');

/** Builds the console when its sources, or what it takes from elsewhere, have changed: types of the API, forms of connectors. */
export async function buildConsole() {
  const wanted = digestSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  await step('the console is built', build);
  await step('its files are compressed', () => precompress(join(FOLDER, 'dist')));
  writeFileSync(STAMP, wanted);
}

function digestSources() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of [FOLDER, join(ROOT, 'hub/api/schemas')]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      if (!entry.isFile() || path.startsWith(join(FOLDER, 'dist'))) continue;
      hash.update(path.slice(ROOT.length)).update(readFileSync(path));
    }
  }
  for (const folder of [join(ROOT, 'ops/console'), ...foldersIn(join(ROOT, 'connectors'))]) {
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.ts')))
      hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

function foldersIn(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

function build() {
  return new Promise((resolve, reject) => {
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    const child = spawn(NODE, [vite, 'build', 'admin-ui', '--logLevel', 'warn'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes) => (output = (output + bytes).slice(-4000)));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`The console could not be built:\n${output.trim()}`));
    });
  });
}
