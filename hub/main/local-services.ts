import { join } from 'node:path';
import { findOrBuildTemporal } from '../../ops/temporal/find-or-build.mjs';
import { startTemporalServer } from '../temporal/server.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { freePort } from '../processes/free-port.ts';
import { keepRunning } from './keep-running.ts';
import type { LocalSecrets } from './local-secrets.ts';
import { asUser, ensureDatabase } from './prepare-database.ts';
import { postgresSettings } from './postgres-settings.ts';
import type { Progress } from './progress.ts';

const DATABASE = 'holdfast';

/** PostgreSQL as this start uses it: URLs for the three roles. */
export interface LocalPostgres {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly dispatcherUrl: string;
  /** Where an embedded server listens; undefined for an external one. */
  readonly server: { readonly port: number } | undefined;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL, or takes the one that was named, and makes our database in it. */
export async function startLocalPostgres(
  data: string,
  secrets: LocalSecrets,
  external: string | undefined,
  progress: Progress,
): Promise<LocalPostgres> {
  if (external !== undefined) return withUrls(external, secrets, undefined, () => Promise.resolve());
  const options = {
    folder: join(data, 'postgres'),
    port: await freePort(),
    password: secrets.owner,
    settings: postgresSettings(),
  };
  const { first: server, stop } = await keepRunning(
    () => startEmbeddedPostgres(options),
    () => {
      progress.line(
        '  ! PostgreSQL ended unexpectedly and is started again; nothing that was committed is lost',
      );
    },
  );
  await ensureDatabase(server.ownerUrl(), DATABASE);
  return withUrls(server.ownerUrl(DATABASE), secrets, { port: options.port }, stop);
}

function withUrls(
  ownerUrl: string,
  secrets: LocalSecrets,
  server: LocalPostgres['server'],
  stop: () => Promise<void>,
): LocalPostgres {
  return {
    ownerUrl,
    appUrl: asUser(ownerUrl, 'holdfast_app', secrets.app),
    dispatcherUrl: asUser(ownerUrl, 'holdfast_dispatcher', secrets.dispatcher),
    server,
    stop,
  };
}

/** A Temporal server to talk to. */
export interface LocalTemporal {
  readonly address: string;
  stop(): Promise<void>;
}

/** Takes the Temporal server that was named, or finds, builds and starts one of our own. */
export async function startLocalTemporal(
  data: string,
  postgres: LocalPostgres,
  secrets: LocalSecrets,
  named: string | undefined,
  progress: Progress,
): Promise<LocalTemporal> {
  const found =
    named === undefined
      ? await findOrBuildTemporal({
          report: (text) => {
            progress.line(`  … ${text}`);
          },
        })
      : { kind: 'address' as const, address: named };
  if (found.kind === 'address') return { address: found.address, stop: () => Promise.resolve() };
  const store =
    postgres.server === undefined
      ? { kind: 'sqlite' as const }
      : {
          kind: 'postgres' as const,
          host: '127.0.0.1',
          port: postgres.server.port,
          user: 'postgres',
          password: secrets.owner,
        };
  const options = { found, folder: join(data, 'temporal'), port: await freePort(), store };
  const { first, stop } = await keepRunning(
    () => startTemporalServer(options),
    () => {
      progress.line(
        '  ! the Temporal server ended unexpectedly and is started again; its work goes on where it was',
      );
    },
  );
  return { address: first.address, stop };
}
