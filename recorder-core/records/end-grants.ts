import type { LeafInput } from '../ledger/leaf.ts';
import type { GrantEvent, GrantState } from '../policy/grant-state.ts';
import { lockGrant, moveGrant, type AccessGrant } from './access-grants.ts';
import { withdrawApprovalsAbout } from './ask-approval.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';

/** In whose transaction, and when, something happens to a grant. */
export interface GrantContext {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** By whom a grant is moved, and why; left out where time or the product does. */
export interface GrantMover {
  readonly by?: LeafPerson;
  readonly reason?: string | null;
  readonly rules?: readonly string[];
}

const LEAVES = {
  approve: ['grant.given', 'done'],
  refuse: ['grant.refused', 'refused'],
  withdraw: ['grant.withdrawn', 'done'],
  lapse: ['grant.lapsed', 'expired'],
  revoke: ['grant.revoked', 'done'],
  end: ['grant.ended', 'done'],
} as const satisfies Record<GrantEvent, readonly [LeafInput['act'], string]>;

/**
 * Moves a locked grant by an event: row, leaf, and where it is over the links of the exports that were asked for by it. Answers
 * the new state, or undefined, and does nothing, where the event cannot happen any more.
 */
export async function stepGrant(
  tx: Tx,
  { tenantId, now }: GrantContext,
  grant: AccessGrant,
  event: GrantEvent,
  { by, reason, rules }: GrantMover = {},
): Promise<GrantState | undefined> {
  const at = now.toISOString();
  const next = await moveGrant(tx, grant, event, { at, by: by?.id ?? null, reason: reason ?? null });
  if (next === undefined) return undefined;
  const [act, outcome] = LEAVES[event];
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act,
      object: { type: 'grant', id: grant.id },
      outcome,
      ...(rules === undefined ? {} : { rules }),
      facts: {
        kind: grant.kind,
        was: grant.state,
        until: new Date(grant.untilMs).toISOString(),
        uses: grant.uses,
      },
    },
    {
      ...(by === undefined ? {} : actedBy(by)),
      ...receiverOf(grant),
      ...(reason === undefined || reason === null || reason === '' ? {} : { reason }),
    },
  );
  if (next !== 'granted') await revokeLinksOf(tx, grant.id, at);
  return next;
}

/** To whom a grant is, as a leaf commits to it. */
export function receiverOf({ to }: Pick<AccessGrant, 'to'>): Readonly<Record<string, string>> {
  return 'user' in to ? { receiver: to.user.name, receiverId: to.user.id } : { receivingGroup: to.group };
}

/** Ends every grant to somebody who may not sign in any more, and every question about one; answers how many grants. */
export async function revokeGrantsOf(tx: Tx, context: GrantContext, personId: string): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    "select id from access_grant where user_id = $1 and state in ('requested', 'granted') order by id",
    [personId],
  );
  for (const { id } of rows) {
    const grant = await lockGrant(tx, id);
    if (grant === undefined) continue;
    await stepGrant(tx, context, grant, 'revoke', { reason: ACCESS_ENDED });
    await withdrawApprovalsAbout(
      tx,
      { kind: 'access-grant', subjectId: id },
      { ...context, reason: ACCESS_ENDED },
    );
  }
  return rows.length;
}

/** Why a grant ended whose person may not sign in any more. */
export const ACCESS_ENDED = 'Whoever it is for may not sign in any more.';

async function revokeLinksOf(tx: Tx, grantId: string, at: string): Promise<void> {
  await tx.query(
    `update export_link l set revoked_at = $2 from export e
      where e.tenant_id = l.tenant_id and e.id = l.export_id and e.grant_id = $1 and l.revoked_at is null`,
    [grantId, at],
  );
}

/** Grants that one transaction of the sweep ends. */
const PAGE = 200;

/** Notes the end of grants whose time is over, the first of them; answers how many, so that 0 is all. They allow nothing since then anyway. */
export async function endOverdueGrants(tx: Tx, context: GrantContext): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from access_grant where state = 'granted' and until_at <= $1
      order by until_at, id limit $2 for update skip locked`,
    [context.now, PAGE],
  );
  for (const { id } of rows) {
    const grant = await lockGrant(tx, id);
    if (grant !== undefined) await stepGrant(tx, context, grant, 'end');
  }
  return rows.length;
}
