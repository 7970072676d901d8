import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Act } from '../../recorder-core/ledger/acts.ts';
import type { JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import { readVersion } from '../../recorder-core/records/connection-versions.ts';
import { readConnection } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  correctDeadLetter,
  discardDeadLetters,
  listDeadLetterIds,
  replayDeadLetters,
  type DeadLetterChoice,
  type Replay,
} from '../../recorder-core/records/dead-letters.ts';
import { announceDeliveries } from '../../recorder-core/records/deliveries.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';
import { requireDelivery } from './require-delivery.ts';

/**
 * Sends dead letters again: a group or some of them, up to MOST_MOVED, by the version of the connection that failed or by the
 * current one. Answers how many were queued; those that are not dead any more are left alone, so repeating it goes on with the rest.
 */
export async function replay(
  tx: Tx,
  asking: Asking,
  choice: DeadLetterChoice,
  version: Replay['version'],
): Promise<number> {
  const counts = await replayDeadLetters(tx, choice, { now: asking.now, version });
  await note(tx, asking, 'delivery.replayed', choice, counts, { version });
  await announceDeliveries(
    tx,
    asking,
    [...counts.keys()].map((connectionId) => ({ connectionId, lane: 'replay' })),
  );
  return totalOf(counts);
}

/** Gives dead letters up, with the reason; what they are about is told again when it next changes. Answers how many. */
export async function discard(
  tx: Tx,
  asking: Asking,
  choice: DeadLetterChoice,
  reason: string,
): Promise<number> {
  const counts = await discardDeadLetters(tx, choice, asking.now);
  await note(tx, asking, 'delivery.discarded', choice, counts, {}, reason);
  return totalOf(counts);
}

/** What a person sets by hand for one delivery, and why. */
export interface Correction {
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly reason: string;
  readonly version: Replay['version'];
}

/**
 * Sends one dead letter again with some of its mapped fields as a person says; the ledger has who, why and which fields.
 * @throws HoldfastError `not_found`; `conflict` for one that is not dead; `invalid_input` naming a field that the mapping of
 * its operation does not fill.
 */
export async function correct(
  tx: Tx,
  asking: Asking,
  deliveryId: string,
  { fields, reason, version }: Correction,
): Promise<void> {
  const delivery = await requireDelivery(tx, deliveryId);
  const connection = await readConnection(tx, delivery.connectionId);
  const number = version === 'then' ? delivery.connectionVersion : null;
  const mapped = await readVersion(tx, delivery.connectionId, number ?? connection?.version ?? 1);
  const targets = new Set((mapped?.mappings[delivery.operation] ?? []).map(({ target }) => target));
  const stranger = Object.keys(fields).find((name) => !targets.has(name));
  if (stranger !== undefined)
    throw new HoldfastError(
      'invalid_input',
      `The mapping of this operation does not fill "${stranger}". Only fields of the mapping can be corrected.`,
      { field: `/body/fields/${stranger}` },
    );
  if (!(await correctDeadLetter(tx, deliveryId, fields)))
    throw new HoldfastError('conflict', 'This delivery does not wait for a person, so nothing was changed.');
  await appendLeaf(
    tx,
    asking.tenantId,
    {
      at: asking.now,
      act: 'delivery.corrected',
      object: delivery.subject,
      outcome: 'done',
      facts: { deliveryId, connectionId: delivery.connectionId, fields: Object.keys(fields).sort() },
    },
    { ...actedBy(asking.person), reason },
  );
  await replay(tx, asking, { ids: [deliveryId] }, version);
}

/** So many are corrected at once: each has a leaf of its own, because each says what was set for its record. */
export const MOST_CORRECTED = 200;

/**
 * Does the same for dead letters of one cause, up to MOST_CORRECTED of them, the oldest first; answers how many. Repeating it goes
 * on with the rest.
 * @throws HoldfastError as `correct`.
 */
export async function correctAll(
  tx: Tx,
  asking: Asking,
  choice: DeadLetterChoice,
  correction: Correction,
): Promise<number> {
  const ids = await listDeadLetterIds(tx, choice, MOST_CORRECTED);
  for (const id of ids) await correct(tx, asking, id, correction);
  return ids.length;
}

/** A leaf a connection: about as many as there are connections, not letters. */
async function note(
  tx: Tx,
  { tenantId, person, now }: Asking,
  act: Act,
  choice: DeadLetterChoice,
  counts: ReadonlyMap<string, number>,
  facts: Readonly<Record<string, JsonValue>>,
  reason?: string,
): Promise<void> {
  for (const [id, count] of counts)
    await appendLeaf(
      tx,
      tenantId,
      {
        at: now,
        act,
        object: { type: 'connection', id },
        outcome: 'done',
        facts: { ...facts, count, ...('fingerprint' in choice && { fingerprint: choice.fingerprint }) },
      },
      { ...actedBy(person), ...(reason !== undefined && { reason }) },
    );
}

function totalOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
