/** A real Elasticsearch with security, on a free loopback port, with its data in a folder that goes with it. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  ELASTICSEARCH_VERSION,
  elasticsearchInstalled,
  installElasticsearch,
} from './elasticsearch-install.ts';
import { exists, onPath } from './peer-cache.ts';
import type { PeerDescriptor, RunningPeer } from './peer.ts';
import { startGroup, type ProcessGroup } from './process-group.ts';

const run = promisify(execFile);
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** Elasticsearch for tests. */
export const elasticsearchPeer: PeerDescriptor = {
  name: 'Elasticsearch',
  version: ELASTICSEARCH_VERSION,
  unavailable() {
    // What is in the cache already needs no tools to be fetched and built.
    const forInstall = elasticsearchInstalled() ? [] : ['javac', 'jar', 'mvn'];
    const missing = ['java', ...forInstall, ...(isRoot ? ['setpriv'] : [])].filter((tool) => !onPath(tool));
    return missing.length === 0 ? undefined : `${missing.join(', ')} not installed`;
  },
  async start() {
    const installed = await installElasticsearch();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-elasticsearch-'));
    try {
      return await startIn(folder, join(installed, 'home'));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  },
};

async function startIn(folder: string, installed: string): Promise<RunningPeer> {
  const home = isRoot ? await linkedHome(installed, folder) : installed;
  const nodeName = `holdfast-${randomBytes(6).toString('hex')}`;
  const admin = { username: 'elastic', password: randomBytes(18).toString('base64url') };
  for (const name of ['data', 'logs', 'tmp']) await mkdir(join(folder, name));
  await cp(join(installed, 'config'), join(folder, 'config'), { recursive: true });
  await writeFile(join(folder, 'config', 'elasticsearch.yml'), settings(folder, nodeName));
  if (isRoot) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, ...owned(folder)]);
  await chmod(folder, 0o755);
  await setPassword(home, folder, admin.password);
  const [command, args] = asUser([join(home, 'bin', 'elasticsearch')]);
  const group = startGroup(command, args, environment(folder));
  try {
    const url = await ready(group, folder, nodeName, admin);
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

/** Root's cache is closed to other users; links into it from the run's folder are not, and cost no copy. */
async function linkedHome(installed: string, folder: string): Promise<string> {
  const home = join(folder, 'home');
  await run('cp', ['-al', installed, home]).catch(async () => {
    await rm(home, { recursive: true, force: true });
    await run('cp', ['-a', installed, home]);
  });
  return home;
}

function owned(folder: string): string[] {
  return ['data', 'logs', 'tmp', 'config'].map((name) => join(folder, name)).concat(folder);
}

function settings(folder: string, nodeName: string): string {
  return [
    'cluster.name: holdfast-test',
    `node.name: ${nodeName}`,
    'discovery.type: single-node',
    'network.host: 127.0.0.1',
    // Port 0: the system chooses, and the ports file of this very process says which.
    'http.port: 0',
    'transport.port: 0',
    'node.portsfile: true',
    `path.data: ${join(folder, 'data')}`,
    `path.logs: ${join(folder, 'logs')}`,
    'cluster.routing.allocation.disk.threshold_enabled: false',
    'xpack.security.enabled: true',
    'xpack.security.autoconfiguration.enabled: false',
    '',
  ].join('\n');
}

function environment(folder: string): NodeJS.ProcessEnv {
  const java = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((entry) => join(entry, 'java'))
    .find(existsSync);
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    ES_JAVA_HOME: dirname(dirname(realpathSync(java ?? 'java'))),
    ES_PATH_CONF: join(folder, 'config'),
    ES_TMPDIR: join(folder, 'tmp'),
    ES_JAVA_OPTS: '-Xms256m -Xmx256m -XX:-AlwaysPreTouch -XX:TieredStopAtLevel=1',
    CLI_JAVA_OPTS: '-Xmx64m -XX:TieredStopAtLevel=1',
  };
}

function asUser(command: readonly string[]): [string, string[]] {
  const full = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command]
    : [...command];
  return [full[0] ?? '', full.slice(1)];
}

async function setPassword(home: string, folder: string, password: string): Promise<void> {
  const tool = join(home, 'bin', 'elasticsearch-keystore');
  const env = environment(folder);
  const [create, createArgs] = asUser([tool, 'create']);
  await run(create, createArgs, { env });
  const [add, addArgs] = asUser([tool, 'add', '-f', '-x', 'bootstrap.password']);
  const adding = run(add, addArgs, { env });
  adding.child.stdin?.end(password);
  await adding;
}

async function ready(
  group: ProcessGroup,
  folder: string,
  nodeName: string,
  admin: RunningPeer['admin'],
): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${admin.username}:${admin.password}`).toString('base64')}`;
  const ports = join(folder, 'logs', 'http.ports');
  for (let waited = 0; waited < 180_000; waited += 200) {
    if (group.exited) throw new Error(`Elasticsearch ended while it started: ${group.tail()}`);
    if (await exists(ports)) {
      const address = (await readFile(ports, 'utf8')).split('\n').find((line) => line.startsWith('127.'));
      const url = `http://${address ?? ''}`;
      if (address !== undefined && (await answersAs(url, nodeName, authorization))) return url;
    }
    await delay(200);
  }
  throw new Error(`Elasticsearch did not become ready in three minutes: ${group.tail()}`);
}

/** Ready is a real request, answered under the random name that only our process has. */
async function answersAs(url: string, nodeName: string, authorization: string): Promise<boolean> {
  try {
    const license = await fetch(`${url}/_license`, { headers: { authorization } });
    if (license.status !== 200) return false;
    const root = await fetch(`${url}/`, { headers: { authorization } });
    const { name } = (await root.json()) as { name?: string };
    return name === nodeName;
  } catch {
    return false;
  }
}
