import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder, fetchFromMaven, peerCache } from './peer-cache.ts';

const run = promisify(execFile);

/** The version that the connector's client belongs to. */
export const ELASTICSEARCH_VERSION = '8.19.21';
const SHA256 = '215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a';
// The last number counts changes of what we make of the distribution.
const FOLDER = `elasticsearch-${ELASTICSEARCH_VERSION}-1`;
const PLUGIN = join(import.meta.dirname, 'elasticsearch-plugin');

/** Whether it is in the cache already. */
export function elasticsearchInstalled(): boolean {
  return existsSync(join(peerCache(), FOLDER));
}

/** Elastic's own integration-test distribution with our test plugin, unpacked in the cache; fetched once. */
export function installElasticsearch(): Promise<string> {
  return cachedFolder(FOLDER, async (folder) => {
    const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${ELASTICSEARCH_VERSION}:zip`;
    const zip = await fetchFromMaven(artifact, `elasticsearch-${ELASTICSEARCH_VERSION}.zip`, SHA256, folder);
    // `jar` unpacks zips and comes with the JDK that the plugin needs anyway.
    await run('jar', ['xf', zip], { cwd: folder });
    await rm(zip);
    const unpacked = join(folder, `elasticsearch-${ELASTICSEARCH_VERSION}`);
    await rename(unpacked, join(folder, 'home'));
    const home = join(folder, 'home');
    for (const name of await readdir(join(home, 'bin'))) await chmod(join(home, 'bin', name), 0o755);
    await buildPlugin(home, join(folder, 'classes'));
    // Its server refuses to run as root, so another user must be able to read it.
    await run('chmod', ['-R', 'a+rX', folder]);
  });
}

async function buildPlugin(home: string, classes: string): Promise<void> {
  const target = join(home, 'plugins', 'holdfast-test');
  await mkdir(classes);
  await mkdir(target, { recursive: true });
  const source = join(PLUGIN, 'HoldfastTestPlugin.java');
  await run('javac', ['-proc:none', '-cp', join(home, 'lib', '*'), '-d', classes, source]);
  await run('jar', ['cf', join(target, 'holdfast-test.jar'), '-C', classes, '.']);
  await cp(join(PLUGIN, 'plugin-descriptor.properties'), join(target, 'plugin-descriptor.properties'));
  await rm(classes, { recursive: true });
}
