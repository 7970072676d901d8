import { createHash } from 'node:crypto';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import {
  lastProcessed,
  lockEvent,
  noteEventAttempt,
  settleEvent,
  type EventState,
  type StoredEvent,
} from '../../recorder-core/records/inbound-events.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { TombstoneJournal } from '../../recorder-core/vault/tombstone-journal.ts';
import { readEnvelope } from './read-envelope.ts';

/** What the processing of events works with. */
export interface EventProcessing {
  readonly db: Database;
  readonly packs: RulePacks;
  /** Under which the addresses of call records are digested; left out, events with call records wait. */
  readonly callSecret?: Buffer | undefined;
  readonly newId: (at: Date) => string;
  readonly now: () => Date;
  /** Tombstones outside the database, which a hold takes back. */
  readonly journal: () => Promise<TombstoneJournal>;
}

/** Names one event. */
export interface EventRef {
  readonly tenantId: string;
  readonly eventId: string;
}

/** Something that may pass, such as a thing that another event has yet to bring, is waited for this long. */
const PATIENCE_MS = 24 * 3_600_000;
/** What our own code did not foresee is tried this often: about a quarter of an hour with the outbox's pauses. */
const UNFORESEEN_TRIES = 10;

/**
 * Has an event processed by the handler of its type, in one transaction with its end. One that has ended is left alone, so
 * a repetition changes nothing. A refusal of the handler ends it as `refused`; whatever else goes wrong is thrown, for the
 * outbox to come again after a pause, until it ends as `failed`.
 */
export async function processEvent(deps: EventProcessing, ref: EventRef): Promise<void> {
  try {
    await deps.db.forTenant(ref.tenantId, (tx) => handle(deps, tx, ref));
  } catch (error) {
    const reason = isHoldfastError(error)
      ? error.message
      : 'Something went wrong here; the log of the worker has the details.';
    const ended = await deps.db.forTenant(ref.tenantId, (tx) => giveUpOrCount(deps, tx, ref, error, reason));
    if (!ended) throw error;
  }
}

async function handle(deps: EventProcessing, tx: Tx, { tenantId, eventId }: EventRef): Promise<void> {
  const stored = await lockEvent(tx, eventId);
  if (stored?.state !== 'received' || stored.body === null) return;
  const connection = await readConnection(tx, stored.connectionId);
  if (connection?.state !== 'live')
    throw new HoldfastError('forbidden', 'The connection was switched off before the event was processed.');
  // What was kept is what was verified, or nothing is done with it.
  if (!createHash('sha256').update(stored.body).digest().equals(stored.bodySha256))
    throw new HoldfastError(
      'integrity_failed',
      'The stored event is not what was received. Nothing was done.',
    );
  const { type, data } = readEnvelope(stored.body);
  const now = deps.now();
  const last = await lastProcessed(tx, stored);
  const { id, occurredAt, sequence, receivedAt, connectionId } = stored;
  await type.handle(
    {
      tx,
      tenantId,
      now,
      newId: deps.newId,
      packs: deps.packs,
      journal: deps.journal,
      callSecret: deps.callSecret,
      last,
    },
    {
      id,
      type: type.type,
      connectionId,
      connection: connection.name,
      occurredAt,
      sequence,
      receivedAt,
      data,
    },
  );
  await end(tx, tenantId, stored, now, 'done', null);
}

/** Ends an event that nothing more can be done about, else counts the try. @returns whether it has ended. */
async function giveUpOrCount(
  deps: EventProcessing,
  tx: Tx,
  { tenantId, eventId }: EventRef,
  error: unknown,
  reason: string,
): Promise<boolean> {
  const stored = await lockEvent(tx, eventId);
  if (stored?.state !== 'received') return true;
  const now = deps.now();
  const state = endAfter(error, stored, now);
  if (state === undefined) await noteEventAttempt(tx, eventId, reason);
  else await end(tx, tenantId, stored, now, state, reason);
  return state !== undefined;
}

function endAfter(
  error: unknown,
  { receivedAt, attempts }: StoredEvent,
  now: Date,
): 'refused' | 'failed' | undefined {
  if (isHoldfastError(error) && error.status < 500 && !error.retryable) return 'refused';
  if (isHoldfastError(error) && error.retryable)
    return now.getTime() - receivedAt.getTime() > PATIENCE_MS ? 'failed' : undefined;
  return attempts + 1 >= UNFORESEEN_TRIES ? 'failed' : undefined;
}

const ACTS = { done: 'event.processed', refused: 'event.refused', failed: 'event.failed' } as const;

async function end(
  tx: Tx,
  tenantId: string,
  { id, type, connectionId }: StoredEvent,
  at: Date,
  state: Exclude<EventState, 'received'>,
  reason: string | null,
): Promise<void> {
  if (!(await settleEvent(tx, id, { state, at, reason }))) return;
  const leaf: Omit<LeafInput, 'tenant'> = {
    at,
    act: ACTS[state],
    object: { type: 'event', id },
    outcome: state,
    facts: { connection: connectionId, type },
  };
  await appendLeaf(tx, tenantId, leaf);
}
