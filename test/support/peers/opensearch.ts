/** A real OpenSearch behind a door of our own, on free loopback ports, with its data in a folder that goes with it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { javaHome } from './java-home.ts';
import { startGuard, type GuardUser } from './opensearch-guard.ts';
import { installOpensearch, opensearchInstalled, OPENSEARCH_VERSION } from './opensearch-install.ts';
import { exists, onPath } from './peer-cache.ts';
import type { PeerDescriptor, RunningPeer } from './peer.ts';
import { startGroup, type ProcessGroup } from './process-group.ts';

const LEAST_JAVA = 21;

/** A running OpenSearch, whose door lets in whom a test says. */
export interface RunningOpensearch extends RunningPeer {
  /** Past the door, as an OpenSearch without its security plugin. */
  readonly openUrl: string;
  admit(user: GuardUser): void;
}

/** OpenSearch for tests. */
export const opensearchPeer = {
  name: 'OpenSearch',
  version: OPENSEARCH_VERSION,
  unavailable() {
    const missing = [
      ...(javaHome(LEAST_JAVA) === undefined ? [`a JDK of ${LEAST_JAVA} or newer`] : []),
      ...(opensearchInstalled() || onPath('mvn') ? [] : ['mvn']),
    ];
    return missing.length === 0 ? undefined : `${missing.join(', ')} not installed`;
  },
  async start(): Promise<RunningOpensearch> {
    const java = javaHome(LEAST_JAVA);
    if (java === undefined) throw new Error(`OpenSearch needs a JDK of ${LEAST_JAVA} or newer.`);
    const installed = await installOpensearch(java);
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-opensearch-'));
    const cluster = `holdfast-${randomBytes(6).toString('hex')}`;
    const group = startGroup(join(java, 'bin', 'java'), javaArguments(installed, folder, cluster), {
      PATH: process.env['PATH'],
      HOME: folder,
    });
    const stop = async (): Promise<void> => {
      await group.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    };
    try {
      const openUrl = await ready(group, folder, cluster);
      const guard = await startGuard(openUrl);
      const admin = { username: 'admin', password: randomBytes(18).toString('base64url') };
      guard.admit({ name: admin.username, password: admin.password, indices: null });
      return {
        url: guard.url,
        openUrl,
        admin,
        admit: (user) => guard.admit(user),
        async stop() {
          await guard.close();
          await stop();
        },
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
} satisfies PeerDescriptor;

function javaArguments(installed: string, folder: string, cluster: string): string[] {
  return [
    '-Xms256m',
    '-Xmx256m',
    '-XX:TieredStopAtLevel=1',
    '--enable-native-access=ALL-UNNAMED',
    `-Djava.io.tmpdir=${folder}`,
    '-cp',
    `${join(installed, 'classes')}:${join(installed, 'lib', '*')}`,
    'HoldfastLauncher',
    folder,
    cluster,
  ];
}

/** Ready is a real request, answered under the random name that only our process has. */
async function ready(group: ProcessGroup, folder: string, cluster: string): Promise<string> {
  const ports = join(folder, 'http.port');
  for (let waited = 0; waited < 180_000; waited += 200) {
    if (group.exited) throw new Error(`OpenSearch ended while it started: ${group.tail()}`);
    if (await exists(ports)) {
      const url = `http://127.0.0.1:${await readFile(ports, 'utf8')}`;
      const { cluster_name: name } = (await (await fetch(url)).json()) as { cluster_name?: string };
      if (name === cluster) return url;
    }
    await delay(200);
  }
  throw new Error(`OpenSearch did not become ready in three minutes: ${group.tail()}`);
}
