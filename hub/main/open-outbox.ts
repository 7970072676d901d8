import type pg from 'pg';
import { processEvent } from '../webhooks/process-event.ts';
import type { TemporalClient } from '../worker/client.ts';
import { LedgerSequencer } from '../worker/ledger-sequencer.ts';
import { OutboxDispatcher } from '../worker/outbox-dispatcher.ts';
import { continueRemoval } from '../connections/remove-connection.ts';
import { startOutboxWork } from '../worker/start-outbox-work.ts';
import { callRecordSecret } from './call-record-secret.ts';
import type { Resources } from './open-resources.ts';

/** Starts the dispatcher, which begins the work that committed transactions ask for. */
export function openDispatcher(
  { db, log, metrics, newId, packs, journal, secrets }: Resources,
  pool: pg.Pool,
  { client }: TemporalClient,
): OutboxDispatcher {
  const dispatcher = new OutboxDispatcher({
    pool,
    start: startOutboxWork({
      client,
      db,
      processEvent: async (ref) =>
        processEvent(
          { db, packs, newId, now: () => new Date(), journal, callSecret: callRecordSecret(await secrets()) },
          ref,
        ),
      continueRemoval: (tenantId, step) => continueRemoval(db, tenantId, step),
    }),
    onDispatched: ({ topic, payload, attempts }, error) => {
      metrics.outboxDispatched.inc({ outcome: error === undefined ? 'started' : 'postponed' });
      if (error === undefined) log.info({ topic, ...payload }, 'work started from the outbox');
      else log.warn({ topic, ...payload, attempts, error }, 'work could not be started yet');
    },
    onFault: (error) => {
      log.warn({ error }, 'the outbox could not be read; trying again');
    },
  });
  dispatcher.start();
  return dispatcher;
}

/** Starts the sequencer, which gives leaves their place in the logs. */
export function openSequencer({ db, log, metrics }: Resources, pool: pg.Pool): LedgerSequencer {
  const sequencer = new LedgerSequencer({
    db,
    pool,
    onPlaced: (leaves) => {
      metrics.ledgerPlaced.inc(leaves);
    },
    onFault: (error, tenantId) => {
      metrics.ledgerFaults.inc();
      log.error({ tenantId, error }, 'leaves could not be given their place in the log; trying again');
    },
  });
  sequencer.start();
  return sequencer;
}
