import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { makeApp } from '../api/app.ts';
import { readiness } from '../api/schemas/session.ts';
import type { Services } from '../api/services.ts';
import type { Config } from '../config/settings.ts';
import { consoleUrl, openResources, type Resources } from './open-resources.ts';
import { openSpeechDecoder } from './open-speech-decoder.ts';
import { checkReadiness, databaseCheck, keysCheck, TAKING_CHECK, type ReadinessCheck } from './readiness.ts';
import { closeServer } from './role-server.ts';
import type { RunningRole } from './running-role.ts';
import { VERSION } from './version.ts';

/** Where the build leaves the console. */
const CONSOLE_FOLDER = join(import.meta.dirname, '../../admin-ui/dist');

/** Starts API and console. */
export async function startHubRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('hub', config);
  const built = await access(join(CONSOLE_FOLDER, 'index.html')).then(
    () => true,
    () => false,
  );
  if (!built) resources.log.warn('the console is not built, so only the API is served; run `npm run build`');
  const checks = checksOf(resources);
  const services: Services = {
    db: resources.db,
    keys: resources.keys,
    objects: resources.objects,
    pack: resources.pack,
    speech: await openSpeechDecoder(resources),
    ledgerKey: await resources.keys.signingKey('ledger-1'),
    now: () => new Date(),
    newId: resources.newId,
    log: resources.log,
    metrics: resources.metrics,
    secureCookies: consoleUrl(config).startsWith('https:'),
    readiness: () => checkReadiness(VERSION, checks),
  };
  const app = makeApp(services, { version: VERSION, ...(built ? { consoleFolder: CONSOLE_FOLDER } : {}) });
  const server = await listen(createServer(app), config);
  resources.log.info({ url: consoleUrl(config) }, 'hub serves API and console');
  return {
    async stop() {
      await closeServer(server);
      await resources.close();
    },
  };
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
    {
      name: 'objects',
      run: async () => {
        await objects.head(`probe/${randomBytes(8).toString('hex')}`);
        return 'The object store answers.';
      },
    },
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
