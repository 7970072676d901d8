import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { RecentPlays } from '../access/recent-plays.ts';
import { NotedAccesses } from '../api/audit-access.ts';
import { BoundedRefusals } from '../api/bounded-refusals.ts';
import { proofSettings } from './proof-settings.ts';
import { makeApp, type AppOptions } from '../api/app.ts';
import { readiness } from '../api/schemas/session.ts';
import type { Services } from '../api/services.ts';
import { createReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import type { Config } from '../config/settings.ts';
import type { SessionLives } from '../identity/begin-session.ts';
import { callRecordSecret } from './call-record-secret.ts';
import { exportSettings } from './export-settings.ts';
import { createHubServer } from './hub-server.ts';
import { noteConfiguration } from './note-configuration.ts';
import { openConnectorHost } from './open-connector-host.ts';
import { openSignIn } from './open-sign-in.ts';
import { consoleUrl, openResources, type Resources } from './open-resources.ts';
import { objectLockCheck } from './object-lock-check.ts';
import { openSpeechDecoder } from './open-speech-decoder.ts';
import { placeSettings } from './place-settings.ts';
import { checkReadiness, databaseCheck, keysCheck, TAKING_CHECK, type ReadinessCheck } from './readiness.ts';
import { quarantineCheck, watchRestored } from './restore/watch-restored.ts';
import { closeServer } from './role-server.ts';
import type { RunningRole } from './running-role.ts';
import { startChanges } from './start-changes.ts';
import { VERSION } from './version.ts';

/** Where the build leaves the console. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../../admin-ui/dist');

/** Starts API and console. */
export async function startHubRole(config: Config): Promise<RunningRole> {
  const places = await placeSettings(config);
  const resources = await openResources('hub', config);
  void noteConfiguration(resources, 'hub', new Date());
  const built = await isConsoleBuilt();
  if (!built) resources.log.warn('the console is not built, so only the API is served; run `npm run build`');
  const restored = await watchRestored(resources);
  const checks = checksOf(resources);
  const secrets = await resources.secrets();
  const connectorHost = openConnectorHost(resources);
  const signIn = openSignIn(resources, config);
  const reshape = createReshapePool();
  const told = startChanges(resources);
  const services: Services = {
    ...lentBy(resources),
    journal: await resources.journal(),
    speech: await openSpeechDecoder(resources),
    ...memories(),
    connectorHost,
    ...signIn.services,
    reshape,
    changes: told.changes,
    exports: exportSettings(config),
    grants: { maxDays: config.grantMaxDays },
    mail: mailOffer(config),
    ...derivedOf(config, secrets),
    now: () => new Date(),
    ...places,
    secureCookies: consoleUrl(config).startsWith('https:'),
    sessionLives: sessionLives(config),
    homeTenant: config.tenantId,
    readiness: () => checkReadiness(VERSION, checks),
  };
  const app = makeApp(services, appOptions(config, built));
  const server = await listen(createHubServer(app, config), config);
  resources.log.info({ url: consoleUrl(config) }, 'hub serves API and console');
  return {
    async stop() {
      told.changes.close();
      await closeServer(server);
      await told.close();
      await connectorHost.close();
      await signIn.close();
      await reshape.close();
      await restored.stop();
      await resources.close();
    },
  };
}

/** What is derived from the secret of the installation. */
function derivedOf(config: Config, secrets: Awaited<ReturnType<Resources['secrets']>>) {
  return {
    callSecret: callRecordSecret(secrets),
    proofs: proofSettings(config, secrets),
    ledgerKeys: (name: string) => secrets.signingKey(name),
  };
}

/** What a process of the hub remembers of who asked. */
function memories() {
  return { accesses: new NotedAccesses(), plays: new RecentPlays(), refusals: new BoundedRefusals() };
}

function mailOffer({ smtpHost, mailDomains }: Config): Services['mail'] {
  return smtpHost === undefined ? undefined : { domains: mailDomains.map((domain) => domain.toLowerCase()) };
}

function appOptions({ trustedProxies }: Config, built: boolean): AppOptions {
  return { version: VERSION, trustedProxies, ...(built ? { consoleFolder: CONSOLE_FOLDER } : {}) };
}

function isConsoleBuilt(): Promise<boolean> {
  return access(join(CONSOLE_FOLDER, 'index.html')).then(
    () => true,
    () => false,
  );
}

function sessionLives({ sessionIdleMinutes, sessionHours }: Config): SessionLives {
  return { idleMs: sessionIdleMinutes * 60_000, absoluteMs: sessionHours * 3_600_000 };
}

function listen(server: Server, { httpHost, httpPort }: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(httpPort, httpHost, () => {
      resolve(server);
    });
  });
}

/** The hub is ready when it can serve; that recorder and worker are is told as well, so that the console shows one truth. */
function checksOf({ config, db, keys, objects }: Resources): ReadinessCheck[] {
  return [
    databaseCheck(db),
    keysCheck(keys),
    quarantineCheck({ db, config }),
    {
      name: 'objects',
      run: async () => {
        await objects.head(`probe/${randomBytes(8).toString('hex')}`);
        return `The object store answers: ${objects.place}.`;
      },
    },
    objectLockCheck(db, config.tenantId, objects, () => new Date()),
    roleCheck('recorder', config.recorderMetricsPort),
    roleCheck('worker', config.workerMetricsPort),
  ];
}

/** Roles on this machine; one that runs elsewhere is configured with port 0 and not asked. */
function roleCheck(name: string, port: number): ReadinessCheck {
  return {
    name,
    run: async () => {
      if (port === 0) return 'It runs elsewhere and is not watched from here.';
      const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
        signal: AbortSignal.timeout(1_500),
      }).catch(() => undefined);
      if (response === undefined) throw new Error(`The ${name} does not answer; it may be starting again.`);
      if (!response.ok && !(await isOnlyBusy(response)))
        throw new Error(`The ${name} is not ready; see http://127.0.0.1:${port}/readyz.`);
      if (!response.ok) return `The ${name} is well and takes no new calls.`;
      return `The ${name} is ready.`;
    },
  };
}

/** A recorder that is full or draining is no reason to send people away from the console. */
async function isOnlyBusy(response: Response): Promise<boolean> {
  const report = readiness.safeParse(await response.json().catch(() => undefined));
  if (!report.success) return false;
  return report.data.checks.every(({ name, ok, vital }) => ok || vital === false || name === TAKING_CHECK);
}

/** What every request works with, of the resources of the process. */
function lentBy({ db, keys, objects, uses, packs, newId, log, metrics }: Resources) {
  return { db, keys, objects, uses, packs, newId, log, metrics };
}
