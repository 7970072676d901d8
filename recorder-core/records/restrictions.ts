import { HoldfastError } from '../errors.ts';
import {
  decideRestrictedUse,
  joinGrounds,
  type Restriction,
  type RestrictionGround,
} from '../policy/restriction.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

/** In which transaction, when and on whose behalf; without a person it was a rule. */
export interface Restricting {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly by?: LeafPerson;
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * Restricts the use of a recording on one ground, from the commit on: playing, exporting, listing and delivering obey it.
 * Connected systems on which no obligation rests are asked to delete it. Answers false, and does nothing, where the same
 * ground stands already, or the recording is being disposed of.
 * @throws HoldfastError `not_found`.
 */
export async function restrictRecording(
  tx: Tx,
  recordingId: string,
  ground: Omit<RestrictionGround, 'since'>,
  restricting: Restricting,
): Promise<boolean> {
  const grounds = await lockGrounds(tx, recordingId);
  if (grounds === 'leaving') return false;
  const standing = grounds.find(({ id }) => id === ground.id);
  const { id, why, rules, purposes } = ground;
  const made = { id, why, since: standing?.since ?? restricting.now.toISOString(), rules, purposes };
  if (standing !== undefined && isSame(standing, made)) return false;
  await store(tx, recordingId, [...grounds.filter((other) => other.id !== id), made]);
  await note(tx, recordingId, 'recording.restricted', ground, restricting);
  return true;
}

/**
 * Takes one ground away; others go on restricting. Answers false where it did not stand.
 * @throws HoldfastError `not_found`.
 */
export async function liftRestriction(
  tx: Tx,
  recordingId: string,
  groundId: string,
  restricting: Restricting,
): Promise<boolean> {
  const grounds = await lockGrounds(tx, recordingId);
  if (grounds === 'leaving') return false;
  const lifted = grounds.find(({ id }) => id === groundId);
  if (lifted === undefined) return false;
  await store(
    tx,
    recordingId,
    grounds.filter(({ id }) => id !== groundId),
  );
  await note(tx, recordingId, 'restriction.lifted', lifted, restricting);
  return true;
}

/**
 * Refuses what a restriction does not allow; answers the rule that allows it.
 * @throws HoldfastError `forbidden`, with the rules of the restriction and what to do; its `detail` is the rule that refused.
 */
export function requireUse(
  { restriction }: { readonly restriction: Restriction | null },
  role: string,
  purpose: string | undefined,
): string {
  const decided = decideRestrictedUse({ restriction, role, purpose });
  if (decided.allowed) return decided.rule;
  throw new HoldfastError(
    'forbidden',
    `The use of this recording is restricted (${restriction?.rules.join(', ') ?? ''}; rule ${decided.rule}). ${decided.advice}`,
    { detail: decided.rule },
  );
}

async function lockGrounds(tx: Tx, recordingId: string): Promise<readonly RestrictionGround[] | 'leaving'> {
  const { rows } = await tx.query<{ state: string; restriction: RestrictionGround[] | null }>(
    'select state, restriction from recording where id = $1 for update',
    [recordingId],
  );
  const row = rows[0];
  if (row === undefined)
    throw new HoldfastError('not_found', 'There is no recording with this id in your tenant.');
  return row.state === 'disposing' || row.state === 'disposed' ? 'leaving' : (row.restriction ?? []);
}

async function store(tx: Tx, recordingId: string, grounds: readonly RestrictionGround[]): Promise<void> {
  const joined = joinGrounds(grounds);
  await tx.query('update recording set restriction = $2 where id = $1', [
    recordingId,
    joined === null ? null : JSON.stringify(joined.grounds),
  ]);
}

function isSame(a: RestrictionGround, b: RestrictionGround): boolean {
  const text = ({ why, rules, purposes }: RestrictionGround): string =>
    JSON.stringify([why, rules.toSorted(), purposes.toSorted()]);
  return text(a) === text(b);
}

async function note(
  tx: Tx,
  recordingId: string,
  act: 'recording.restricted' | 'restriction.lifted',
  { id: ground, rules, purposes }: Omit<RestrictionGround, 'since'>,
  { tenantId, now, newId, by, trace = {} }: Restricting,
): Promise<void> {
  await insertOutbox(tx, {
    tenantId,
    id: newId(now),
    topic: 'recording.changed',
    payload: { recordingId },
    trace,
  });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act,
      object: { type: 'recording', id: recordingId },
      outcome: 'done',
      rules: [...rules],
      facts: { ground, purposes: [...purposes] },
    },
    by === undefined ? {} : actedBy(by),
  );
}
