import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { keySettingsOf } from '../config/key-settings.ts';
import { readRecorderFile } from '../config/read-recorder-file.ts';
import { sipAddresses } from '../config/recorder-addresses.ts';
import type { ReadConfig } from '../config/read-config.ts';
import type { Config } from '../config/settings.ts';
import { applyDesiredState } from '../temporal/apply.ts';
import { readDesiredState } from '../temporal/desired-state.ts';
import { openTemporalClient } from '../worker/client.ts';
import { openDataConverter } from '../worker/data-converter.ts';
import { ChildRole, type SupervisedRole } from './child-role.ts';
import { requireFreePort } from '../processes/free-port.ts';
import { lockInstance } from './instance-lock.ts';
import { writeRunningConfig } from './local-config.ts';
import { openLocalSecrets, type LocalSecrets } from './local-secrets.ts';
import { startLocalPostgres, startLocalTemporal } from './local-services.ts';
import { readInstallationSecrets } from './open-keys.ts';
import { consoleUrl } from './open-resources.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { prepareDatabase } from './prepare-database.ts';
import { prepareInstallation } from './prepare-installation.ts';
import { readTemporalAccess } from './read-temporal-access.ts';
import { Undo } from './undo.ts';
import { untilAnswered, untilReady } from './until-ready.ts';
import type { Progress } from './progress.ts';
import { DESIRED_STATE_PATH } from './desired-state-path.ts';

/** Settings that the supervisor computes itself. */
export const SUPERVISED_SETTINGS = ['postgresUrl', 'postgresDispatcherUrl'] as const;
export type SupervisorConfig = ReadConfig<(typeof SUPERVISED_SETTINGS)[number]>;

/** Everything running on this machine. */
export interface RunningProduct {
  /** The configuration that the roles were started with. */
  readonly config: Config;
  /** Stops all of it, the last started first. */
  stop(): Promise<void>;
}

/**
 * Starts the whole product on one machine: database, Temporal, schema, keys,
 * the three roles, and the codec server where it is wanted. What was started is stopped again when a later step fails.
 */
export async function startProduct(
  given: SupervisorConfig,
  temporalAddress: string | undefined,
  progress: Progress,
): Promise<RunningProduct> {
  const undo = new Undo();
  try {
    return await startAll({ ...given, data: resolve(given.data) }, temporalAddress, progress, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function startAll(
  given: SupervisorConfig,
  temporalAddress: string | undefined,
  progress: Progress,
  undo: Undo,
): Promise<RunningProduct> {
  const { data } = given;
  refuseHttps(given);
  const logs = join(data, 'logs');
  await prepareFolders(data, logs);
  const lock = await lockInstance(join(data, 'holdfast.lock'));
  undo.add(() => lock.release());
  await requirePorts(given);
  const secrets = await openLocalSecrets(join(data, 'database-passwords.json'));
  if (keySettingsOf(given).keyProvider === 'local')
    progress.line('  ! the key ring is a file for development; whoever can read it can read every recording');

  const postgres = await progress.step('PostgreSQL answers', () =>
    startLocalPostgres(data, secrets, given.externalPostgres, progress),
  );
  undo.add(() => postgres.stop());
  const temporal = await progress.step('Temporal answers', () =>
    startLocalTemporal(data, postgres, secrets, temporalAddress, progress),
  );
  undo.add(() => temporal.stop());
  const config: Config = {
    ...given,
    externalPostgres: undefined, // the owner's password stays in this process
    postgresUrl: postgres.appUrl,
    postgresDispatcherUrl: postgres.dispatcherUrl,
    temporalAddress: temporal.address,
  };
  await progress.step('schema is up to date', () => prepareDatabase(postgres.ownerUrl, passwordsOf(secrets)));
  await prepareInstallation(config, new Date());
  await progress.step('temporal.yaml is applied', async () =>
    applyTemporal(config, openPayloadKeys(await readInstallationSecrets(config))),
  );
  await startRoles(config, logs, progress, undo);
  await progress.step('recorder, hub and worker are ready', () =>
    untilReady(consoleUrl({ ...config, publicUrl: undefined })),
  );
  if (config.startCodec)
    await progress.step('the codec server answers', () =>
      untilAnswered(codecUrl(config), 'the codec server'),
    );
  await writeRunningConfig(data, config);
  return { config, stop: () => undo.run() };
}

/** Where the codec server of this start is asked. */
export function codecUrl(config: Config): string {
  return consoleUrl({ ...config, httpPort: config.codecPort, publicUrl: undefined });
}

async function prepareFolders(data: string, logs: string): Promise<void> {
  try {
    await mkdir(logs, { recursive: true, mode: 0o700 });
    await chmod(data, 0o711); // PostgreSQL may run as another user and must be able to enter, not to look around
  } catch (cause) {
    const full = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new HoldfastError(
      full ? 'storage_full' : 'config_invalid',
      full
        ? `The disk that holds ${data} is full. Free some space, or choose another folder with --data.`
        : `The data folder ${data} cannot be made. Choose another one with --data.`,
      { cause, field: 'data' },
    );
  }
}

/** Its own checks speak HTTP on the loopback; an installation that serves people is made of roles. */
function refuseHttps({ httpsCertificate }: SupervisorConfig): void {
  if (httpsCertificate === undefined) return;
  throw new HoldfastError(
    'config_invalid',
    '`holdfast start` serves plain HTTP. Run `holdfast hub` with httpsCertificate, or put a proxy that ends TLS before it and set publicUrl.',
    { field: 'httpsCertificate' },
  );
}

async function requirePorts(config: SupervisorConfig): Promise<void> {
  const { httpHost, httpPort, recorderMetricsPort, workerMetricsPort, startCodec, codecPort } = config;
  await requireFreePort(httpPort, httpHost, 'port');
  for (const { host, port } of sipAddresses(config, readRecorderFile(config.recorderFile)))
    await requireFreePort(port, host, 'sip-port');
  await requireFreePort(recorderMetricsPort, '127.0.0.1', 'recorder-metrics-port');
  await requireFreePort(workerMetricsPort, '127.0.0.1', 'worker-metrics-port');
  if (startCodec) await requireFreePort(codecPort, httpHost, 'codec-port');
}

function passwordsOf({ app, dispatcher }: LocalSecrets): { app: string; dispatcher: string } {
  return { app, dispatcher };
}

async function applyTemporal(config: Config, keys: ReturnType<typeof openPayloadKeys>): Promise<void> {
  const access = await readTemporalAccess(config);
  const temporal = openTemporalClient({ ...access, keys });
  try {
    const desired = await readDesiredState(DESIRED_STATE_PATH);
    await applyDesiredState({
      connection: temporal.connection,
      desired,
      dataConverter: openDataConverter(keys),
      namespace: access.namespace,
    });
  } finally {
    await temporal.close();
  }
}

async function startRoles(config: Config, logs: string, progress: Progress, undo: Undo): Promise<void> {
  const onRestart = (role: string, pauseMs: number): void => {
    progress.line(
      `  ! the ${role} ended unexpectedly and starts again in ${pauseMs} ms; see ${join(logs, `${role}.log`)}`,
    );
  };
  const make = (role: SupervisedRole): ChildRole => new ChildRole({ role, config, logs, onRestart });
  const recorder = make('recorder');
  const others = [make('hub'), make('worker'), ...(config.startCodec ? [make('codec')] : [])];
  undo.add(async () => {
    await recorder.stop(); // first the source of new work
    await Promise.all(others.map((role) => role.stop()));
  });
  await Promise.all([recorder, ...others].map((role) => role.start()));
}
