/** A real Keycloak on a free loopback port, with its data in a folder that goes with it. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cachedFolder, fetchFromMaven, onPath, peerCache } from './peer-cache.ts';
import type { PeerDescriptor, RunningPeer } from './peer.ts';
import { startGroup, type ProcessGroup } from './process-group.ts';

const run = promisify(execFile);
const VERSION = '26.7.3';
const SHA256 = '27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f';
// The last number counts changes of what we make of the distribution.
const FOLDER = `keycloak-${VERSION}-1`;
const READY_MS = 360_000;

/** Keycloak for tests. It answers at `localhost`, which is another site than the hub's `127.0.0.1`. */
export const keycloakPeer: PeerDescriptor = {
  name: 'Keycloak',
  version: VERSION,
  unavailable() {
    const forInstall = existsSync(join(peerCache(), FOLDER)) ? [] : ['jar', 'mvn'];
    const missing = ['java', ...forInstall].filter((tool) => !onPath(tool));
    return missing.length === 0 ? undefined : `${missing.join(', ')} not installed`;
  },
  async start() {
    const installed = await cachedFolder(FOLDER, install);
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-keycloak-'));
    try {
      // It writes into its own folder while it starts.
      await cp(join(installed, 'home'), folder, { recursive: true });
      return await startIn(folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  },
};

async function install(folder: string): Promise<void> {
  const artifact = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
  const zip = await fetchFromMaven(artifact, `keycloak-quarkus-dist-${VERSION}.zip`, SHA256, folder);
  await run('jar', ['xf', zip], { cwd: folder });
  await rm(zip);
  await rename(join(folder, `keycloak-${VERSION}`), join(folder, 'home'));
  const programs = join(folder, 'home', 'bin');
  for (const name of await readdir(programs)) await chmod(join(programs, name), 0o755);
  // What it would else work out anew at each start.
  const options = { env: { PATH: process.env['PATH'], HOME: folder }, timeout: 540_000 };
  await run(join(programs, 'kc.sh'), ['build', '--db=dev-file', '--cache=local'], options);
}

async function startIn(folder: string): Promise<RunningPeer> {
  const admin = { username: 'admin', password: randomBytes(18).toString('base64url') };
  const port = await freePort();
  const http = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`];
  const args = ['start', '--optimized', '--hostname-strict=false', ...http];
  const group = startGroup(join(folder, 'bin', 'kc.sh'), args, {
    PATH: process.env['PATH'],
    HOME: folder,
    KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
    JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
  });
  const url = `http://localhost:${port}`;
  try {
    await ready(group, url, admin);
    return {
      url,
      admin,
      async stop() {
        await group.stop();
        await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      },
    };
  } catch (error) {
    await group.stop(0);
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Ready once it gives the administrator of this run a token: the password is only this process's. */
async function ready(group: ProcessGroup, url: string, admin: RunningPeer['admin']): Promise<void> {
  const end = Date.now() + READY_MS;
  while (Date.now() < end) {
    if (group.exited) break;
    const token = await adminToken(url, admin).catch(() => undefined);
    if (token !== undefined) return;
    await delay(500);
  }
  throw new Error(`Keycloak did not become ready: ${group.tail()}`);
}

async function adminToken(url: string, { username, password }: RunningPeer['admin']): Promise<string> {
  const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password }),
  });
  if (!answer.ok) throw new Error(`Keycloak gave no token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Acts at Keycloak as its administrator; answers the JSON of the answer, if there is any. */
export async function askKeycloak(
  { url, admin }: RunningPeer,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await fetch(`${url}/admin${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await adminToken(url, admin)}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
