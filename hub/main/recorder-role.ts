import { mkdir } from 'node:fs/promises';
import { readRecorderFile } from '../config/read-recorder-file.ts';
import type { Config } from '../config/settings.ts';
import { noteConfiguration } from './note-configuration.ts';
import { openResources, type Resources } from './open-resources.ts';
import { checkReadiness, databaseCheck, diskCheck, keysCheck, takingCheck } from './readiness.ts';
import { openSealing } from './recorder/open-sealing.ts';
import { CertificateRenewal } from './recorder/certificate-renewal.ts';
import { openSip, tlsOf } from './recorder/open-sip.ts';
import { holdRules } from './recorder/rules-in-memory.ts';
import { openSources } from './recorder/open-sources.ts';
import { runRecorder } from './recorder/running-recorder.ts';
import { watchVitalSigns } from './recorder/vital-signs.ts';
import { stateOf } from './recorder/watch-recorder.ts';
import { watchSignalling } from './recorder/watch-signalling.ts';
import { widenFilePool } from './recorder/widen-file-pool.ts';
import { closeServer, serveRole } from './role-server.ts';
import type { RunningRole } from './running-role.ts';
import { Undo } from './undo.ts';
import { VERSION } from './version.ts';

/** Below this much free disk the recorder is not ready. */
const MINIMUM_DISK_BYTES = 200 * 1_048_576;

/**
 * Starts the recorder: recovers the spool, then takes calls. `environment` holds the secrets that the recorder's file
 * names. Stopping it drains, gives calls their grace, ends the rest and finishes the sealing in hand.
 */
export async function startRecorderRole(
  config: Config,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<RunningRole> {
  widenFilePool();
  const undo = new Undo();
  try {
    await start(config, environment, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
  return { stop: () => undo.run() };
}

async function start(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
  undo: Undo,
): Promise<void> {
  const file = readRecorderFile(config.recorderFile);
  const sources = openSources(file, environment);
  const resources = await openResources('recorder', config);
  undo.add(() => resources.close());
  void noteConfiguration(resources, 'recorder', new Date());
  const { log, metrics, spool } = resources;
  metrics.callCapacity.set(config.maxCalls);
  await mkdir(spool, { recursive: true, mode: 0o700 });
  const sealing = await openSealing(resources);
  undo.add(() => sealing.close());
  const { vital, checks } = checksOf(resources);
  const vitalSigns = watchVitalSigns(vital);
  undo.add(() => vitalSigns.stop());
  const held = await holdRules(resources);
  undo.add(() => held.stop());
  const running = runRecorder(resources, file, sources, sealing, held.rules, () => vitalSigns.missing());
  undo.add(() => running.stop());
  const server = await serveRole(config.recorderMetricsPort, metrics, () =>
    checkReadiness(VERSION, [...checks, takingCheck(() => stateOf(running.recorder))]),
  );
  undo.add(() => closeServer(server));
  const userAgent = openSip(resources, file, sources, running.recorder);
  const addresses = await userAgent.start();
  undo.add(() => userAgent.close());
  const signalling = watchSignalling(metrics, userAgent);
  undo.add(() => signalling.stop());
  const renewal = new CertificateRenewal({
    log,
    read: () => tlsOf(file.tls),
    renew: (settings) => {
      userAgent.renewTls(settings);
    },
  });
  undo.add(() => renewal.stop());
  undo.add(() => running.end(config.drainGrace * 1000));
  log.info(
    { addresses: addresses.map(({ transport, port }) => `${transport}:${port}`) },
    'recorder takes calls',
  );
}

/** Without keys or disk no call can be taken; the database may be away, for calls go to the spool. */
function checksOf({ db, keys, spool }: Resources) {
  const vital = [
    {
      lacks: 'keys' as const,
      check: keysCheck(keys),
      words: 'The keys for further recordings cannot be reached',
    },
    {
      lacks: 'disk' as const,
      check: diskCheck('spool', spool, MINIMUM_DISK_BYTES),
      words: 'There is no disk for further recordings',
    },
  ];
  const database = { ...databaseCheck(db), dispensable: true as const };
  return { vital, checks: [...vital.map(({ check }) => check), database] };
}
