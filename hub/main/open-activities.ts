import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import type { ComplianceDependencies } from '../../activities/compliance/compliance-dependencies.ts';
import type { ExportDependencies } from '../../activities/exports/export-dependencies.ts';
import type { WebhookDependencies } from '../../activities/webhooks/webhook-dependencies.ts';
import { makeActivities } from '../../activities/make-activities.ts';
import { connectorsWith, connectorsWithInventory } from '../../connectors/registry.ts';
import type { KekSource } from '../../recorder-core/capture/kek-source.ts';
import type { InstallationSecrets } from '../../recorder-core/vault/installation-secrets.ts';
import { PROBE_VERDICTS } from '../../recorder-core/vault/probe-object-store.ts';
import type { ConnectionDependencies } from '../connections/open-connection.ts';
import { rewrapCredential } from '../connections/credential-envelope.ts';
import { makeRebuildStep } from '../connections/rebuild-step.ts';
import { linksUnder } from '../connections/records-to-try.ts';
import { makeInventoryOf } from '../connections/inventory-of.ts';
import { makeRunOnConnection } from '../connections/run-on-connection.ts';
import { deliveryLimits, makeSendBatch } from '../connections/send-batch.ts';
import { makeStreamReader } from '../connections/streams/stream-reader.ts';
import { keepReadEvent } from '../webhooks/keep-read-event.ts';
import { setConnectionGauges } from '../observability/connection-metrics.ts';
import { setDeliveryGauges } from '../observability/delivery-metrics.ts';
import { carryTrace } from '../observability/tracing.ts';
import type { ActivitiesByKind } from '../worker/run-workers.ts';
import { callRecordSecret } from './call-record-secret.ts';
import { consoleUrl, type Resources } from './open-resources.ts';
import { openSpeechDecoder } from './open-speech-decoder.ts';
import { makeNoticeLink } from '../holds/notice-link.ts';
import { VERSION } from './version.ts';

/** What runs connectors in this process. */
type Connecting = Required<Pick<ConnectionDependencies, 'host' | 'reshape'>>;

/** The activities of the configured queues, with everything that they may reach in this process. */
export async function openActivities(
  resources: Resources,
  {
    dispatcher,
    host,
    reshape,
    keks,
    evidence,
    webhooks,
  }: Pick<ExportDependencies, 'evidence'> &
    Pick<WebhookDependencies, 'webhooks'> &
    Connecting & {
      readonly dispatcher: pg.Pool;
      readonly keks: KekSource;
    },
): Promise<ActivitiesByKind> {
  return {
    ...makeActivities({
      compliance: complianceOf(await resources.secrets()),
      ...dependenciesOf(resources, dispatcher, { host, reshape }),
      evidence,
      webhooks,
      journal: await resources.journal(),
      archive: await resources.archive(),
      keks,
      speech: await openSpeechDecoder(resources),
    }),
  };
}

function complianceOf(secrets: InstallationSecrets): ComplianceDependencies['compliance'] {
  return {
    callSecret: callRecordSecret(secrets),
    ledgerKeys: (name) => secrets.signingKey(name),
    software: `holdfast ${VERSION}`,
  };
}

function streamReaderOf(
  { db, keys, newId, metrics }: Resources,
  { host }: Connecting,
): ActivityDependencies['streams'] {
  const reader = makeStreamReader({
    db,
    keys,
    host,
    now: () => new Date(),
    keepEvent: (tx, { tenantId, ...from }, event) =>
      keepReadEvent(tx, { tenantId, newId }, { ...from, now: new Date() }, event),
  });
  return {
    ...reader,
    async read(ref, work) {
      const { outcome, events } = await reader.read(ref, work);
      metrics.streamReads.inc({ outcome });
      metrics.streamEvents.inc(events);
      return { outcome, events };
    },
  };
}

function linksOf(console: string): Pick<ActivityDependencies, 'linkTo' | 'linkToIncident' | 'noticeLink'> {
  return {
    ...linksUnder(console),
    noticeLink: (tenantId) => makeNoticeLink(console, tenantId),
  };
}

function dependenciesOf(
  resources: Resources,
  dispatcher: pg.Pool,
  connecting: Connecting,
): Omit<ActivityDependencies, 'journal' | 'archive' | 'keks'> {
  const { config, db, keys, objects, uses, spool, packs, newId, metrics, log } = resources;
  return {
    db,
    dispatcher,
    keys,
    rewrapCredential: (tenantId, connectionId, sealed) =>
      rewrapCredential(keys, tenantId, connectionId, sealed),
    objects,
    uses,
    spool,
    backupDays: config.backupDays,
    packs,
    newId,
    now: () => new Date(),
    pause: (ms) => setTimeout(ms),
    onStoreProbe: ({ verdict }) => {
      for (const one of PROBE_VERDICTS)
        metrics.objectStoreVerdict.set({ verdict: one }, one === verdict ? 1 : 0);
      if (verdict === 'not-worm') log.error('the object store is not WORM: it broke what its locks promise');
      else log.info({ verdict }, 'the object store was probed');
    },
    ...linksOf(consoleUrl(config)),
    connectorsWith,
    inventories: connectorsWithInventory,
    streams: streamReaderOf(resources, connecting),
    ...sendingOf(resources, connecting),
    carryTrace,
    onDeliveryHealth: (health, now) => {
      setDeliveryGauges(metrics, health, now);
    },
    onConnectionStandings: (standings, now) => {
      setConnectionGauges(metrics, standings, now);
    },
  };
}

/** How activities reach connected systems. */
function sendingOf(
  { db, keys, metrics }: Resources,
  connecting: Connecting,
): Pick<
  ActivityDependencies,
  'deliveryLimits' | 'sendBatch' | 'inventoryOf' | 'rebuildStep' | 'runOnConnection'
> {
  const deps = { db, keys, ...connecting };
  return {
    deliveryLimits,
    sendBatch: makeSendBatch({
      ...deps,
      onOutcome: (connector, outcome, records) => {
        metrics.deliveries.inc({ connector, outcome }, records);
      },
    }),
    inventoryOf: makeInventoryOf({ db, keys, host: connecting.host }),
    rebuildStep: makeRebuildStep({ db, keys, host: connecting.host }),
    runOnConnection: makeRunOnConnection({
      ...deps,
      onOutcome: (connector, outcome) => {
        metrics.deliveries.inc({ connector, outcome });
      },
    }),
  };
}
