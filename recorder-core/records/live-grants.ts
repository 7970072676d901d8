import { grantPolicy, type LiveGrant } from '../authorization/grant-policy.ts';
import type { GrantableAct, GrantKind } from '../policy/grant-state.ts';
import type { Tx } from './database.ts';

/** What is given to a person now: to them, or to a group that they are in. The reading of all that follow. */
const GIVEN = `
  g.state = 'granted' and (g.user_id = $1 or g.group_name = any ($2)) and g.from_at <= $3 and g.until_at > $3`;

interface LiveRow {
  readonly id: string;
  readonly kind: GrantKind;
  readonly userId: string | null;
  readonly groupName: string | null;
  readonly acts: readonly GrantableAct[];
  readonly purpose: string;
  readonly scope: 'recordings' | 'query' | 'matter' | 'export' | 'all';
  readonly recordingIds: readonly string[] | null;
  readonly fromAt: Date;
  readonly untilAt: Date;
}

/**
 * The policies of the grants that a person has at a moment, those that end first before the others. A policy goes on saying by
 * itself when it ends, so that an old answer of this allows nothing for longer; it can miss what was given since.
 */
export async function readLiveGrants(
  tx: Tx,
  userId: string,
  groups: readonly string[],
  now: Date,
): Promise<LiveGrant[]> {
  const { rows } = await tx.query<LiveRow>(
    `select g.id, g.kind, g.user_id as "userId", g.group_name as "groupName", g.acts, g.purpose, g.scope,
            g.recording_ids as "recordingIds", g.from_at as "fromAt", g.until_at as "untilAt"
       from access_grant g where ${GIVEN} order by g.until_at, g.id`,
    [userId, groups, now],
  );
  return rows.map(({ id, kind, acts, purpose, ...row }) =>
    grantPolicy({
      id,
      kind,
      acts,
      purpose,
      to: row.userId === null ? { group: row.groupName ?? '' } : { user: row.userId },
      scope:
        row.scope === 'recordings' ? { kind: row.scope, ids: row.recordingIds ?? [] } : { kind: row.scope },
      fromMs: row.fromAt.getTime(),
      untilMs: row.untilAt.getTime(),
    }),
  );
}

/**
 * Ids of the grants that a person has at a moment and that reach a recording by a query, a matter or an export: what `authorize`
 * wants as the recording's `grants`. Those that name their recordings say so themselves.
 */
export async function listReachingGrants(
  tx: Tx,
  recordingId: string,
  userId: string,
  groups: readonly string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select g.id from access_grant g join recording r on r.tenant_id = g.tenant_id and r.id = $4, grant_reaches(g, r)
      where ${GIVEN} and g.scope in ('query', 'matter', 'export') order by g.id`,
    [userId, groups, now, recordingId],
  );
  return rows.map(({ id }) => id);
}

/**
 * When the first of the grants that a person has at a moment ends by its time, in milliseconds since 1970; null where they have
 * none. Whoever has something open asks again then; what ends before its time is told on the channel `holdfast_access`.
 */
export async function nextGrantEnd(
  tx: Tx,
  userId: string,
  groups: readonly string[],
  now: Date,
): Promise<number | null> {
  const { rows } = await tx.query<{ at: Date | null }>(
    `select min(g.until_at) as at from access_grant g where ${GIVEN}`,
    [userId, groups, now],
  );
  return rows[0]?.at?.getTime() ?? null;
}

/** Ids of the grants among the rules that decided. */
export function grantIdsOf(rules: readonly string[]): string[] {
  return rules.filter((rule) => rule.startsWith('grant/')).map((rule) => rule.slice('grant/'.length));
}

/** Counts an access for the grants among the rules that decided; nothing where no grant was needed. */
export async function noteGrantUse(tx: Tx, rules: readonly string[], at: Date): Promise<void> {
  const ids = grantIdsOf(rules);
  if (ids.length === 0) return;
  await tx.query(
    'update access_grant set uses = uses + 1, used_at = greatest(used_at, $2) where id = any ($1)',
    [ids, at],
  );
}
