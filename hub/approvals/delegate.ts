import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  decideDelegation,
  MAX_DELEGATION_DAYS,
  type DelegationDecision,
} from '../../recorder-core/policy/delegation.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import {
  endDelegation as close,
  insertDelegation,
  lockDelegation,
  type Delegation,
} from '../../recorder-core/records/delegations.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { findActiveUser } from '../../recorder-core/records/users.ts';
import type { Asking } from '../identity/asking.ts';

/** To whom somebody lends their right to decide, and for how long. */
export interface DelegationWish {
  /** Id or name. */
  readonly to: string;
  readonly from: Date;
  readonly until: Date;
  readonly reason: string;
}

const REFUSALS: Readonly<Record<Exclude<DelegationDecision['rule'], 'delegation/own-right'>, string>> = {
  'delegation/no-right': 'Your role decides about no approvals, so there is no right to lend.',
  'delegation/to-oneself': 'A right is lent to somebody else.',
  'delegation/over': 'The delegation would end before it begins, or is over already.',
  'delegation/too-long': `A right is lent for ${MAX_DELEGATION_DAYS} days at most. Lend it anew then.`,
};

/**
 * Lends one's own right to decide; what it is worth is decided with each use of it.
 * @throws HoldfastError `not_found`; `forbidden` and `invalid_input` with the rule.
 */
export async function delegate(tx: Tx, asking: Asking, wish: DelegationWish): Promise<Delegation> {
  const { tenantId, person, now } = asking;
  const to = await findActiveUser(tx, wish.to);
  if (to === undefined)
    throw new HoldfastError('not_found', 'There is nobody of this name or id in your tenant.', {
      field: '/body/to',
    });
  const { rule } = decideDelegation(
    { from: person, to, fromMs: wish.from.getTime(), untilMs: wish.until.getTime() },
    now.getTime(),
  );
  if (rule !== 'delegation/own-right') {
    const code = rule === 'delegation/no-right' ? 'forbidden' : 'invalid_input';
    throw new HoldfastError(code, `${REFUSALS[rule]} (rule ${rule})`);
  }
  const id = asking.newId(now);
  const given = {
    id,
    fromAt: wish.from.toISOString(),
    untilAt: wish.until.toISOString(),
    givenAt: now.toISOString(),
    reason: wish.reason,
  };
  await insertDelegation(tx, tenantId, { ...given, from: person.id, to: to.id });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'delegation.given',
      object: { type: 'delegation', id },
      outcome: 'done',
      rules: [rule],
      facts: { fromAt: given.fromAt, untilAt: given.untilAt },
    },
    { ...actedBy(person), delegate: to.name, delegateId: to.id, reason: wish.reason },
  );
  return {
    ...given,
    from: { id: person.id, name: person.name },
    to: { id: to.id, name: to.name },
    endedAt: null,
  };
}

/**
 * Takes a lent right back, by who lent it or who has it; nothing happens where it has ended.
 * @throws HoldfastError `not_found`, also for what is between others.
 */
export async function endDelegation(tx: Tx, asking: Asking, delegationId: string): Promise<void> {
  const { tenantId, person, now } = asking;
  const found = await lockDelegation(tx, delegationId);
  if (found === undefined || ![found.from.id, found.to.id].includes(person.id))
    throw new HoldfastError('not_found', 'You have neither lent nor been lent a right under this id.');
  if (found.endedAt !== null || Date.parse(found.untilAt) <= now.getTime()) return;
  await close(tx, delegationId, now.toISOString());
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act: 'delegation.ended', object: { type: 'delegation', id: delegationId }, outcome: 'done' },
    actedBy(person),
  );
}
