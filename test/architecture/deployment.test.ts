import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readRecorderFile } from '../../hub/config/read-recorder-file.ts';
import { environmentName, SETTINGS } from '../../hub/config/settings.ts';
import { exists, filesEndingIn, ROOT, textOf } from './repository.ts';

interface Service {
  readonly image: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly user?: string;
  readonly env_file?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
}

const compose = parse(textOf('ops/compose/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('holdfast:'));
const dockerfile = textOf('ops/docker/Dockerfile');
const names = (list: readonly (readonly [string, unknown])[]): string[] => list.map(([name]) => name);

describe('the files for containers', () => {
  test('name only settings that exist', () => {
    const known = new Set(Object.keys(SETTINGS).map(environmentName));
    const unknown = ['ops/docker/', 'ops/compose/'].flatMap((folder) =>
      filesEndingIn('')
        .filter((file) => file.startsWith(folder) && !file.endsWith('.env'))
        .flatMap((file) =>
          [...textOf(file).matchAll(/HOLDFAST_[A-Z_]+/g)]
            .map(([name]) => name)
            .filter((name) => !known.has(name) && name !== 'HOLDFAST_IMAGE_TAG') // compose's own, not a setting
            .map((name) => `${file}: ${name}`),
        ),
    );
    expect(unknown).toEqual([]);
  });

  test('run the Node of package.json', () => {
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    expect(/^ARG NODE_VERSION=(.*)$/m.exec(dockerfile)?.[1]).toBe(dependencies['node']);
    expect(dockerfile.match(/^FROM (?!node:\$\{NODE_VERSION\})/m)).toBeNull();
  });

  test('run the Temporal server that ops/temporal pins', () => {
    const pinned = /go\.temporal\.io\/server v(\S+)/.exec(textOf('ops/temporal/go.mod'))?.[1];
    expect(compose.services['temporal']?.image).toBe(`temporalio/server:${pinned}`);
    expect(compose.services['temporal-schema']?.image).toBe(`temporalio/admin-tools:${pinned}`);
  });
});

describe('the Dockerfile', () => {
  test('ends as an ordinary user', () => {
    expect(dockerfile.match(/^USER (.*)$/gm)?.at(-1)).toBe('USER node');
  });

  test('copies only what exists, and every folder that the program imports', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) =>
      paths!.split(' '),
    );
    expect(copied.filter((path) => path !== '.' && !exists(path))).toEqual([]);
    for (const folder of [
      'activities',
      'connectors',
      'hub',
      'migrations',
      'recorder-core',
      'workflows',
      'ops/temporal',
    ])
      expect(copied).toContain(folder);
  });
});

describe('compose.yaml', () => {
  test('has every role and the jobs before them', () => {
    expect(names(ours)).toEqual(['migrate', 'prepare', 'temporal-apply', 'recorder', 'hub', 'worker']);
  });

  test('lets no service of ours write outside its volumes or keep a capability', () => {
    for (const [name, { read_only, cap_drop }] of ours)
      expect([name, read_only, cap_drop]).toEqual([name, true, ['ALL']]);
  });

  test('runs only commands that the command line has', () => {
    const commands = filesEndingIn('.ts').filter((file) => file.startsWith('hub/cli/commands/'));
    const text = commands.map(textOf).join('\n');
    for (const [, { command = [] }] of ours) expect(text).toContain(`'${command[0]!}'`);
  });

  test('waits only for services, and mounts only volumes and files, that are there', () => {
    for (const [, { depends_on = {}, volumes = [] }] of services) {
      for (const name of Object.keys(depends_on)) expect(names(services)).toContain(name);
      for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
        if (source.startsWith('./')) expect(exists(`ops/compose/${source}`)).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
    }
  });

  test('gives the recorder a file that it takes, and the example is one too', () => {
    for (const path of ['ops/compose/recorder.yaml', 'examples/recorder.yaml'])
      expect(() => readRecorderFile(join(ROOT, path))).not.toThrow();
  });

  test('asks only for env files that write-secrets.mjs writes', () => {
    const writer = textOf('ops/compose/write-secrets.mjs');
    for (const [, { env_file = [] }] of services)
      for (const file of env_file) expect(writer).toContain(`'${file}'`);
  });
});
