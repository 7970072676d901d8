import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from './build-lock.mjs';
import { MODULE_FOLDER, cachedPaths, runnable } from './cache-folder.mjs';

const PACKAGES = ['go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql'];
const WORK_PREFIX = '.build-';
const REPORT_MS = 5_000;
const WAIT_STEP_MS = 500;
/** No build takes this long; an older work folder belongs to one that was killed. */
const ABANDONED_MS = 60 * 60_000;

/**
 * Builds the production server and its SQL tool into `folder`. The binaries
 * appear there whole or not at all; a second caller waits for the first.
 * Throws an Error whose message names the cause and the remedy.
 */
export async function buildServer({ folder, env, report, signal }) {
  const paths = cachedPaths(folder);
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  await mkdir(folder, { recursive: true });
  for (;;) {
    const lock = await tryLock(join(folder, 'build.lock'));
    if (lock !== undefined) {
      try {
        if (!(await runnable(paths.server, paths.sqlTool)))
          await build(folder, { env, report, signal, seconds });
      } finally {
        await lock.release();
      }
      return;
    }
    const waited = Date.now();
    report(`Another set-up is building the Temporal server; waiting for it, ${seconds()} s`);
    while (Date.now() - waited < REPORT_MS) {
      if (await runnable(paths.server, paths.sqlTool)) return;
      await delay(WAIT_STEP_MS, undefined, { signal });
    }
  }
}

async function build(folder, { env, report, signal, seconds }) {
  await removeAbandoned(folder);
  const work = await mkdtemp(join(folder, WORK_PREFIX));
  try {
    await runGo(work, { env, report, signal, seconds });
    const { server, sqlTool } = cachedPaths(folder);
    await rename(join(work, 'sql'), sqlTool);
    await rename(join(work, 'server'), server);
    report(`Built the Temporal server in ${seconds()} s; it is kept in ${folder}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function runGo(work, { env, report, signal, seconds }) {
  report('Building the Temporal server with Go: once per version, about five minutes');
  return new Promise((resolve, reject) => {
    const args = ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', `${work}/`, ...PACKAGES];
    const go = spawn('go', args, { cwd: MODULE_FOLDER, env, signal, stdio: ['ignore', 'ignore', 'pipe'] });
    let lines = 0;
    let tail = '';
    go.stderr.on('data', (bytes) => {
      const text = bytes.toString('utf8');
      lines += text.split('\n').length - 1;
      tail = (tail + text).slice(-4000);
    });
    const timer = setInterval(
      () => report(`Building the Temporal server with Go: ${seconds()} s, ${lines} steps done`),
      REPORT_MS,
    );
    go.once('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    go.once('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve();
      else reject(new Error(explain(tail)));
    });
  });
}

function explain(output) {
  if (/no space left on device/i.test(output)) {
    return 'The disk is full, so the Temporal server could not be built. Free about 3 GB (the Go caches and the binaries need it) and start again.';
  }
  if (/dial tcp|no such host|i\/o timeout|proxyconnect|TLS handshake/i.test(output)) {
    return 'Go could not download the modules of the Temporal server. Check the network or GOPROXY and start again, or name a running server with TEMPORAL_ADDRESS.';
  }
  if (/go\.mod requires go|invalid go version|toolchain not available/i.test(output)) {
    return 'The installed Go is too old for the Temporal server. Install the version that ops/temporal/go.mod names or newer, or name a running server with TEMPORAL_ADDRESS.';
  }
  const last = output.trim().split('\n').slice(-3).join(' | ');
  return `Go could not build the Temporal server: ${last}. Repair that and start again, or name a running server with TEMPORAL_ADDRESS.`;
}

async function removeAbandoned(folder) {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(WORK_PREFIX)) continue;
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
