import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findOrBuildTemporal, findTemporal } from './find-or-build.mjs';

let folder: string;
let env: Record<string, string>;
let lines: string[];
let service: Server | undefined;
const report = (line: string): void => void lines.push(line);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-find-'));
  await mkdir(join(folder, 'bin'));
  env = {
    PATH: join(folder, 'bin'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOLDFAST_TEMPORAL_DOWNLOAD: 'off',
  };
  lines = [];
});
afterEach(async () => {
  service?.close();
  service = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function command(path: string, script: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const version = (server: string) => `echo "temporal version 9.9.9 (Server ${server}, UI 2.0.0)"`;
/** A `go` that leaves what a build would, and counts its runs. */
const FAKE_GO = `echo run >> "$XDG_CACHE_HOME/../runs"
while [ "$1" != -o ]; do shift; done
for name in server sql; do echo binary > "$2$name"; chmod 755 "$2$name"; done`;

const cache = async () => (await readdir(join(folder, 'cache/holdfast'), { recursive: true })).sort();
const build = () => findOrBuildTemporal({ env, report });

describe('a server is found', () => {
  test('at TEMPORAL_ADDRESS before all else', async () => {
    await command(join(folder, 'bin/temporal'), version('1.31.2'));
    const found = await findTemporal({ env: { ...env, TEMPORAL_ADDRESS: 'cluster:7233' } });
    expect(found).toEqual({ kind: 'address', address: 'cluster:7233' });
  });

  test('as the temporal command on the PATH', async () => {
    const path = await command(join(folder, 'bin/temporal'), version('1.29.1'));
    expect(await findTemporal({ env })).toEqual({ kind: 'cli', command: path, version: '1.29.1' });
  });

  test('in the cache, when the command on the PATH is too old, which is said', async () => {
    await command(join(folder, 'bin/temporal'), version('1.29.0'));
    await command(join(folder, 'bin/go'), FAKE_GO);
    await build();
    lines = [];
    expect(await findTemporal({ env, report })).toMatchObject({ kind: 'server' });
    expect(lines).toEqual([expect.stringContaining('passed over')]);
  });

  test('and only the production server where nothing else will do', async () => {
    await command(join(folder, 'bin/temporal'), version('1.31.2'));
    const only = { ...env, TEMPORAL_ADDRESS: 'cluster:7233' };
    expect(await findTemporal({ env: only, production: true })).toBeUndefined();
    await command(join(folder, 'bin/go'), FAKE_GO);
    expect(await findOrBuildTemporal({ env: only, production: true, report })).toMatchObject({
      kind: 'server',
    });
  });

  test('nowhere on an empty machine, and nothing is changed by looking', async () => {
    expect(await findTemporal({ env })).toBeUndefined();
    await expect(readdir(join(folder, 'cache'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a server is built', () => {
  test('from the pinned version, into the cache of that version, and found from then on', async () => {
    await command(join(folder, 'bin/go'), FAKE_GO);
    const built = await build();
    const pinned = /go\.temporal\.io\/server v(\S+)/.exec(
      await readFile(join(import.meta.dirname, 'go.mod'), 'utf8'),
    )?.[1];
    expect(built).toMatchObject({ kind: 'server', version: pinned });
    expect(await cache()).toEqual([
      `temporal-${pinned}`,
      `temporal-${pinned}/temporal-server`,
      `temporal-${pinned}/temporal-sql-tool`,
    ]);
    expect(await findTemporal({ env })).toEqual(built);
  });

  test('once, when two ask at the same time', async () => {
    await command(join(folder, 'bin/go'), `sleep 0.3\n${FAKE_GO}`);
    const [one, two] = await Promise.all([build(), build()]);
    expect(one).toEqual(two);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('run\n');
    expect(lines).toContainEqual(expect.stringContaining('Another set-up is building'));
  });

  test('although an earlier build was killed and left its lock', async () => {
    await command(join(folder, 'bin/go'), FAKE_GO);
    const place = join(folder, 'cache/holdfast/temporal-1.32.1');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'build.lock'), '');
    await utimes(join(place, 'build.lock'), new Date(0), new Date(0));
    expect(await build()).toMatchObject({ kind: 'server' });
  });

  test('whole or not at all: a build that dies half-way leaves nothing', async () => {
    await command(join(folder, 'bin/go'), `${FAKE_GO}\nkill -9 $$`);
    await expect(build()).rejects.toThrow('could not build');
    expect(await cache()).toEqual(['temporal-1.32.1']);
    expect(await findTemporal({ env })).toBeUndefined();
  });

  test.each([
    ['go: proxy.golang.org: dial tcp: lookup failed', 'network or GOPROXY'],
    ['write x: no space left on device', 'The disk is full'],
    ['go: go.mod requires go >= 1.26.8 (running go 1.20)', 'too old'],
    ['undefined: somethingElse', 'somethingElse'],
  ])('not, with a remedy, when Go says: %s', async (output, sentence) => {
    await command(join(folder, 'bin/go'), `echo "${output}" >&2; exit 1`);
    await expect(build()).rejects.toThrow(sentence);
  });

  test('not without Go, and every remedy is named', async () => {
    const failure = await build().catch((error: Error) => error.message);
    for (const remedy of ['TEMPORAL_ADDRESS', 'docs.temporal.io/cli', 'go.dev/dl'])
      expect(failure).toContain(remedy);
  });
});

describe('a download', () => {
  /** A download service with this binary; answers its address. */
  async function offer(script: string): Promise<string> {
    await command(join(folder, 'temporal'), script);
    await promisify(execFile)('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'temporal']);
    const archive = await readFile(join(folder, 'a.tar.gz'));
    service = createServer((request, response) => {
      const base = `http://${request.headers.host ?? ''}`;
      if (request.url?.startsWith('/cli/v') === true) {
        response.end(JSON.stringify({ archiveUrl: `${base}/a.tar.gz`, fileToExtract: 'temporal' }));
      } else response.end(archive);
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    return `http://127.0.0.1:${(service.address() as { port: number }).port}`;
  }

  test('is taken before a build where the service answers, and found from then on', async () => {
    const address = await offer(version('1.29.1'));
    const online = { ...env, HOLDFAST_TEMPORAL_DOWNLOAD: 'on' };
    const found = await findOrBuildTemporal({ env: online, report, service: address });
    expect(found).toMatchObject({ kind: 'cli', version: '1.29.1' });
    expect(await findTemporal({ env })).toEqual(found);
  });

  test('that cannot be had, or is no server, gives way to the build', async () => {
    await command(join(folder, 'bin/go'), FAKE_GO);
    const online = { ...env, HOLDFAST_TEMPORAL_DOWNLOAD: 'on' };
    const nobody = 'http://127.0.0.1:9';
    expect(await findOrBuildTemporal({ env: online, report, service: nobody })).toMatchObject({
      kind: 'server',
    });
    await rm(join(folder, 'cache'), { recursive: true });
    const junk = await offer('echo junk');
    expect(await findOrBuildTemporal({ env: online, report, service: junk })).toMatchObject({
      kind: 'server',
    });
  });
});
