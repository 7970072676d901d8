import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { LedgerKeys } from '../../recorder-core/records/signing-keys.ts';
import { readAnchorConfig, type AnchorConfig } from '../anchoring/anchor-config.ts';
import { Anchoring } from '../anchoring/anchoring.ts';
import type { Config } from '../config/settings.ts';
import type { Resources } from './open-resources.ts';
import type { ReadinessCheck } from './readiness.ts';

/** Whom the configuration names to vouch for the ledger. @throws config_invalid naming the setting. */
export async function openAnchorConfig(config: Config): Promise<AnchorConfig> {
  const path = config.timeStampCertificates;
  if (path === undefined) return readAnchorConfig(config, '');
  const certificates = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('config_invalid', `The file ${path} of timeStampCertificates cannot be read.`, {
      field: 'timeStampCertificates',
      cause,
    });
  });
  return readAnchorConfig(config, certificates);
}

/** The anchoring of every tenant's log, not yet started. */
export async function openAnchoring(
  { config, db, log, metrics, newId, secrets }: Resources,
  dispatcher: pg.Pool,
): Promise<Anchoring> {
  const opened = await secrets();
  const keys: LedgerKeys = (name) => opened.signingKey(name);
  return new Anchoring({
    db,
    keys,
    log,
    newId,
    config: await openAnchorConfig(config),
    now: () => new Date(),
    tenants: () => listTenantIds(dispatcher),
    onAsked: (what, outcome) => {
      metrics.ledgerAnchors.inc({ what, outcome });
    },
    onAlarm: (kind) => {
      metrics.ledgerAlarmsRaised.inc({ kind });
    },
    onStanding: (alarms) => {
      metrics.ledgerAlarms.set(alarms);
    },
    onFault: (error) => {
      log.error({ error }, 'a ledger could not be anchored; it is tried again');
    },
  });
}

/** Whether the ledger is believed by those who watch it. It degrades and stops nothing: calls must still be recorded. */
export function anchoringChecks(anchoring: Anchoring): ReadinessCheck[] {
  return [
    {
      name: 'ledger',
      dispensable: true,
      run() {
        const { alarms, unsigned } = anchoring.state;
        if (alarms > 0)
          return Promise.reject(
            new Error(`${alarms} alarms about the ledger stand; see \`holdfast ledger status\`.`),
          );
        if (unsigned > 0)
          return Promise.reject(new Error(`${unsigned} ledgers could not be signed; see the log.`));
        return Promise.resolve('The ledger is signed, and no witness objects.');
      },
    },
    {
      name: 'anchors',
      dispensable: true,
      run() {
        const [first, ...more] = anchoring.state.failing;
        if (first === undefined) return Promise.resolve('Witnesses and time-stamp authorities answer.');
        const others = more.length === 0 ? '' : ` ${more.length} more fail.`;
        return Promise.reject(
          new Error(
            `${new URL(first.url).host}: ${first.fault}.${others} The ledger goes on; checkpoints wait for them.`,
          ),
        );
      },
    },
  ];
}
