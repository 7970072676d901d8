import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  GRANTABLE_ACTS,
  judgePeriod,
  type GrantableAct,
  type PeriodRefusal,
} from '../../recorder-core/policy/grant-state.ts';
import {
  countRecordings,
  insertGrant,
  type NewGrant,
  type StoredScope,
} from '../../recorder-core/records/access-grants.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readExport } from '../../recorder-core/records/exports.ts';
import { previewQuery } from '../../recorder-core/records/hold-preview.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { findMatterById } from '../../recorder-core/records/matters.ts';
import { findActiveUser } from '../../recorder-core/records/users.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';

const DAY_MS = 86_400_000;
/** Nobody waits longer for an answer than this. */
const ANSWER_DAYS = 7;

/** How long grants may be. */
export interface GrantSettings {
  readonly maxDays: number;
}

/** What somebody wants to be allowed, for what, and until when. */
export interface GrantWish {
  /** Id or name of a person, or a group; left out, whoever asks. */
  readonly to?: { readonly person: string } | { readonly group: string };
  readonly acts: readonly GrantableAct[];
  readonly purpose: string;
  readonly scope: Exclude<StoredScope, { kind: 'all' }>;
  /** Left out, as soon as it is agreed to. */
  readonly from?: Date | undefined;
  readonly until: Date;
  readonly reason: string;
}

/**
 * Enters a request for a grant and asks a second person about it, in the caller's transaction. What it names is not looked up for
 * whoever asks, so that asking tells nobody what there is; whoever decides is told what of it there is.
 * @throws HoldfastError `not_found`, `invalid_input` with the rule.
 */
export async function requestGrant(
  tx: Tx,
  asking: Asking,
  settings: GrantSettings,
  wish: GrantWish,
): Promise<string> {
  const { tenantId, person, now } = asking;
  const receiver = await receiverOf(tx, asking, wish.to);
  const fromMs = wish.from?.getTime() ?? now.getTime();
  const untilMs = wish.until.getTime();
  const refusal = judgePeriod({ fromMs, untilMs }, now.getTime(), settings.maxDays * DAY_MS);
  if (refusal !== undefined) throw periodRefused(refusal, settings);
  const facts = await describeScope(tx, wish.scope);
  const id = asking.newId(now);
  const grant: NewGrant = {
    id,
    kind: 'request',
    to: 'user' in receiver ? { user: receiver.user.id } : receiver,
    acts: GRANTABLE_ACTS.filter((act) => wish.acts.includes(act)),
    purpose: wish.purpose,
    scope: wish.scope,
    fromMs,
    untilMs,
    reason: wish.reason,
    ticket: null,
    incidentId: null,
    state: 'requested',
    requestedBy: person.id,
    requestedAt: now.toISOString(),
  };
  await insertGrant(tx, tenantId, grant);
  await noteAsked(tx, asking, grant, receiver);
  await askSecondPerson(tx, asking, grant, receiver, facts);
  return id;
}

type Receiver = { readonly user: LeafPerson } | { readonly group: string };

async function receiverOf(tx: Tx, { person }: Asking, to: GrantWish['to']): Promise<Receiver> {
  if (to === undefined) return { user: person };
  if ('group' in to) return to;
  const found = await findActiveUser(tx, to.person);
  if (found !== undefined) return { user: { id: found.id, name: found.name } };
  throw new HoldfastError('not_found', 'There is nobody of this name or id in your tenant.', {
    field: '/body/to',
  });
}

const REFUSALS: Readonly<Record<PeriodRefusal, string>> = {
  'grant/over': 'The grant would be over before it is given.',
  'grant/no-time': 'The grant would end before it begins.',
  'grant/too-long':
    'The grant would last longer than allowed. Ask for a shorter one, and for a new one then.',
  'grant/too-far': 'The grant would begin too far ahead. Ask for it when it is nearer.',
};

function periodRefused(rule: PeriodRefusal, { maxDays }: GrantSettings): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `${REFUSALS[rule]} At most it lasts ${maxDays} days (rule ${rule}).`,
    { field: rule === 'grant/too-far' ? '/body/fromAt' : '/body/untilAt' },
  );
}

/** What there is of what a grant names, for whoever decides. @throws HoldfastError `not_found` for a matter or export. */
async function describeScope(
  tx: Tx,
  scope: GrantWish['scope'],
): Promise<Readonly<Record<string, string | number>>> {
  switch (scope.kind) {
    case 'recordings': {
      return { recordings: scope.ids.length, ofTheseHere: await countRecordings(tx, scope.ids) };
    }
    case 'query': {
      const { matches, looked } = await previewQuery(tx, scope.query, () => false);
      return { recordingsNow: matches, amongTheNewest: looked };
    }
    case 'matter': {
      const matter = await findMatterById(tx, scope.id);
      if (matter !== undefined) return { matter: matter.name };
      throw missing('matter');
    }
    case 'export': {
      const found = await readExport(tx, scope.id);
      if (found !== undefined) return { export: scope.id, recordings: found.recordings };
      throw missing('export');
    }
  }
}

function missing(what: string): HoldfastError {
  return new HoldfastError('not_found', `There is no ${what} with this id in your tenant.`, {
    field: '/body/scope/id',
  });
}

async function noteAsked(
  tx: Tx,
  { tenantId, person, now }: Asking,
  grant: NewGrant,
  to: Receiver,
): Promise<void> {
  const { id, acts, purpose, scope, fromMs, untilMs, reason } = grant;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'grant.asked',
      object: { type: 'grant', id },
      outcome: 'waiting',
      facts: {
        acts: [...acts],
        purpose,
        scope: scope.kind,
        from: new Date(fromMs).toISOString(),
        until: new Date(untilMs).toISOString(),
      },
    },
    {
      ...actedBy(person),
      ...('user' in to ? { receiver: to.user.name, receiverId: to.user.id } : { receivingGroup: to.group }),
      reason,
    },
  );
}

async function askSecondPerson(
  tx: Tx,
  { tenantId, person, now, newId }: Asking,
  { id, acts, purpose, fromMs, untilMs, reason }: NewGrant,
  to: Receiver,
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  const name = 'user' in to ? to.user.name : `the group ${to.group}`;
  const from = new Date(fromMs).toISOString();
  const until = new Date(untilMs).toISOString();
  await askApproval(tx, {
    tenantId,
    id: newId(now),
    kind: 'access-grant',
    subject: { type: 'grant', id },
    act: 'grant.approve',
    requestedBy: { id: person.id, name: person.name },
    notBy: { user: 'user' in to ? to.user.id : null, group: 'group' in to ? to.group : null },
    summary: `Gives ${name} ${acts.join(', ')} for the purpose ${purpose} until ${until}. ${reason}`,
    facts: { to: name, acts: acts.join(', '), purpose, from, until, ...facts },
    dueAt: new Date(Math.min(untilMs, now.getTime() + ANSWER_DAYS * DAY_MS)),
    now,
    newId,
    trace: carryTrace(),
  });
}
