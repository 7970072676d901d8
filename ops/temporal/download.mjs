import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { cachedPaths } from './cache-folder.mjs';

/** The same service and the same way of asking as the Temporal SDK's own download of its development server. */
const SERVICE = 'https://temporal.download';
/** Without a network the answer "not here" must come at once, because a build can still help. */
const ASK_MS = 4_000;
const FETCH_MS = 180_000;
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const PLATFORMS = { linux: 'linux', darwin: 'darwin' };

/**
 * Downloads the `temporal` command of a version into `folder`; answers true
 * when it stands there, false when the service cannot be reached or has nothing
 * for this machine. The file appears whole or not at all.
 */
export async function downloadCli({ folder, version, report, service = SERVICE }) {
  const arch = ARCHITECTURES[process.arch];
  const platform = PLATFORMS[process.platform];
  if (arch === undefined || platform === undefined) return false;
  const work = await mkdir(folder, { recursive: true }).then(() => mkdtemp(join(folder, '.download-')));
  try {
    const { archiveUrl, fileToExtract } = await ask(
      `${service}/cli/v${version}?${new URLSearchParams({ arch, platform, format: 'tar.gz' })}`,
    );
    if (new URL(archiveUrl).protocol !== new URL(service).protocol) return false; // never down to plain HTTP
    report(`Downloading the Temporal development server ${version}`);
    const archive = join(work, 'archive.tar.gz');
    const response = await fetch(archiveUrl, { signal: AbortSignal.timeout(FETCH_MS) });
    if (!response.ok || response.body === null) return false;
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    await promisify(execFile)('tar', ['-xzf', archive, '-C', work, fileToExtract]);
    const binary = join(work, fileToExtract);
    await chmod(binary, 0o755);
    await rename(binary, cachedPaths(folder).cli);
    return true;
  } catch {
    return false;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function ask(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) });
  if (!response.ok) throw new Error(`The download service answered ${response.status}.`);
  return response.json();
}
