import type { GrantScope, GrantTerms } from '../authorization/grant-policy.ts';
import {
  grantStateAfter,
  type GrantableAct,
  type GrantEvent,
  type GrantState,
} from '../policy/grant-state.ts';
import type { HoldQuery } from '../policy/hold-query.ts';
import type { Tx } from './database.ts';
import { queryRow } from './holds.ts';
import type { LeafPerson } from './leaf-people.ts';

/** What a grant is about, with what the rows need to find it. */
export type StoredScope =
  | Extract<GrantScope, { kind: 'recordings' | 'all' }>
  | { readonly kind: 'query'; readonly query: HoldQuery }
  | { readonly kind: 'matter' | 'export'; readonly id: string };

/** A grant as the database knows it. People are named where the name still stands. */
export interface AccessGrant extends Omit<GrantTerms, 'to' | 'scope'> {
  readonly to: { readonly user: LeafPerson } | { readonly group: string };
  readonly scope: StoredScope;
  readonly reason: string;
  /** Of the emergency; null for what was asked for. */
  readonly ticket: string | null;
  readonly incidentId: string | null;
  readonly state: GrantState;
  readonly requestedBy: LeafPerson;
  readonly requestedAt: string;
  readonly decidedBy: LeafPerson | null;
  readonly decidedAt: string | null;
  readonly endedBy: LeafPerson | null;
  readonly endedAt: string | null;
  readonly endReason: string | null;
  /** When it was told that it ends soon; null where it was not. */
  readonly warnedAt: string | null;
  /** Accesses that it allowed, and the last of them. */
  readonly uses: number;
  readonly usedAt: string | null;
}

interface GrantRow {
  readonly id: string;
  readonly kind: AccessGrant['kind'];
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly group_name: string | null;
  readonly acts: readonly GrantableAct[];
  readonly purpose: string;
  readonly scope: StoredScope['kind'];
  readonly recording_ids: readonly string[] | null;
  readonly query: StoredQuery | null;
  readonly matter_id: string | null;
  readonly export_id: string | null;
  readonly from_at: Date;
  readonly until_at: Date;
  readonly reason: string;
  readonly ticket: string | null;
  readonly incident_id: string | null;
  readonly state: GrantState;
  readonly requested_by: string;
  readonly requester: string | null;
  readonly requested_at: Date;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly decided_at: Date | null;
  readonly ended_by: string | null;
  readonly ender: string | null;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly warned_at: Date | null;
  readonly uses: number;
  readonly used_at: Date | null;
}

/** A query as `queryRow` writes it. */
type StoredQuery = Omit<HoldQuery, 'from' | 'to' | 'callIds'> & {
  readonly from_at: string | null;
  readonly to_at: string | null;
  readonly call_ids: readonly string[] | null;
};

const SELECT = `
  select g.id, g.kind, g.user_id, u.name as user_name, g.group_name, g.acts, g.purpose, g.scope, g.recording_ids, g.query,
         g.matter_id, g.export_id, g.from_at, g.until_at, g.reason, g.ticket, g.incident_id, g.state,
         g.requested_by, r.name as requester, g.requested_at, g.decided_by, d.name as decider, g.decided_at,
         g.ended_by, e.name as ender, g.ended_at, g.end_reason, g.warned_at, g.uses, g.used_at
    from access_grant g
    left join app_user u on u.tenant_id = g.tenant_id and u.id = g.user_id
    left join app_user r on r.tenant_id = g.tenant_id and r.id = g.requested_by
    left join app_user d on d.tenant_id = g.tenant_id and d.id = g.decided_by
    left join app_user e on e.tenant_id = g.tenant_id and e.id = g.ended_by`;

function fromRow(row: GrantRow): AccessGrant {
  return {
    id: row.id,
    kind: row.kind,
    to:
      row.user_id === null
        ? { group: row.group_name ?? '' }
        : { user: { id: row.user_id, name: row.user_name ?? row.user_id } },
    acts: row.acts,
    purpose: row.purpose,
    scope: scopeOf(row),
    fromMs: row.from_at.getTime(),
    untilMs: row.until_at.getTime(),
    reason: row.reason,
    ticket: row.ticket,
    incidentId: row.incident_id,
    state: row.state,
    requestedBy: { id: row.requested_by, name: row.requester ?? row.requested_by },
    requestedAt: row.requested_at.toISOString(),
    decidedBy: personOf(row.decided_by, row.decider),
    decidedAt: row.decided_at?.toISOString() ?? null,
    endedBy: personOf(row.ended_by, row.ender),
    endedAt: row.ended_at?.toISOString() ?? null,
    endReason: row.end_reason,
    warnedAt: row.warned_at?.toISOString() ?? null,
    uses: row.uses,
    usedAt: row.used_at?.toISOString() ?? null,
  };
}

function personOf(id: string | null, name: string | null): LeafPerson | null {
  return id === null ? null : { id, name: name ?? id };
}

function scopeOf({ scope, recording_ids, query, matter_id, export_id }: GrantRow): StoredScope {
  switch (scope) {
    case 'recordings':
      return { kind: scope, ids: recording_ids ?? [] };
    case 'query':
      if (query === null) throw new Error('A grant by query has no query.');
      return { kind: scope, query: queryOf(query) };
    case 'matter':
    case 'export':
      return { kind: scope, id: (scope === 'matter' ? matter_id : export_id) ?? '' };
    case 'all':
      return { kind: scope };
  }
}

function queryOf({ from_at, to_at, call_ids, ...lists }: StoredQuery): HoldQuery {
  return { ...lists, callIds: call_ids, from: from_at, to: to_at };
}

/** What is written first of a grant. */
export type NewGrant = Omit<GrantTerms, 'scope'> & {
  readonly scope: StoredScope;
  readonly reason: string;
  readonly ticket: string | null;
  readonly incidentId: string | null;
  readonly state: Extract<GrantState, 'requested' | 'granted'>;
  readonly requestedBy: string;
  readonly requestedAt: string;
};

/** Adds a grant; false, and nothing changes, where the person has an emergency open already. */
export async function insertGrant(tx: Tx, tenantId: string, grant: NewGrant): Promise<boolean> {
  const { scope, to } = grant;
  const { rowCount } = await tx.query(
    `insert into access_grant (tenant_id, id, kind, user_id, group_name, acts, purpose, scope, recording_ids, query, matter_id,
                               export_id, from_at, until_at, reason, ticket, incident_id, state, requested_by, requested_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     on conflict (tenant_id, user_id) where kind = 'break-glass' and state = 'granted' do nothing`,
    [
      tenantId,
      grant.id,
      grant.kind,
      'user' in to ? to.user : null,
      'group' in to ? to.group : null,
      grant.acts,
      grant.purpose,
      scope.kind,
      scope.kind === 'recordings' ? scope.ids : null,
      scope.kind === 'query' ? JSON.stringify(queryRow(scope.query)) : null,
      scope.kind === 'matter' ? scope.id : null,
      scope.kind === 'export' ? scope.id : null,
      new Date(grant.fromMs),
      new Date(grant.untilMs),
      grant.reason,
      grant.ticket,
      grant.incidentId,
      grant.state,
      grant.requestedBy,
      grant.requestedAt,
    ],
  );
  return rowCount === 1;
}

/** One grant, or undefined. */
export async function readGrant(tx: Tx, id: string): Promise<AccessGrant | undefined> {
  const { rows } = await tx.query<GrantRow>(`${SELECT} where g.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One grant under a row lock: two who end it come one after the other. */
export async function lockGrant(tx: Tx, id: string): Promise<AccessGrant | undefined> {
  const { rowCount } = await tx.query('select from access_grant where id = $1 for update', [id]);
  return rowCount === 1 ? readGrant(tx, id) : undefined;
}

/** Who moved a grant, when, and why. */
export interface GrantMove {
  readonly at: string;
  /** Null where time or the product did. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** Moves a locked grant by an event; answers the new state, or undefined where the event cannot happen any more. */
export async function moveGrant(
  tx: Tx,
  { id, state }: Pick<AccessGrant, 'id' | 'state'>,
  event: GrantEvent,
  { at, by, reason }: GrantMove,
): Promise<GrantState | undefined> {
  const next = grantStateAfter(state, event);
  if (next === undefined) return undefined;
  const decides = event === 'approve' || event === 'refuse';
  const ends = next !== 'granted';
  await tx.query(
    `update access_grant
        set state = $2, decided_by = coalesce($3, decided_by), decided_at = coalesce($4, decided_at),
            ended_by = $5, ended_at = $6, end_reason = $7
      where id = $1`,
    [id, next, decides ? by : null, decides ? at : null, ends ? by : null, ends ? at : null, reason],
  );
  return next;
}

/** What a list of grants is narrowed to. */
export interface GrantFilter {
  /** To this person, or asked for by them; with the groups that they are in. */
  readonly of?: { readonly userId: string; readonly groups: readonly string[] };
  /** Asked for or given, and their time is not over. */
  readonly open?: boolean;
  readonly now: string;
}

const LIST_LIMIT = 500;

/** Grants, those that end first where only open ones are asked for, else the newest first; at most 500. */
export async function listGrants(tx: Tx, { of, open, now }: GrantFilter): Promise<AccessGrant[]> {
  const { rows } = await tx.query<GrantRow>(
    `${SELECT}
      where ($1::uuid is null or g.user_id = $1 or g.requested_by = $1 or g.group_name = any ($2))
        and ($3::boolean is null or (g.state in ('requested', 'granted') and g.until_at > $4) = $3)
      order by case when $3 then g.until_at end, g.requested_at desc, g.id desc limit $5`,
    [of?.userId ?? null, of?.groups ?? [], open ?? null, now, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** Emergency rights of a person whose time is over although nothing has noted it yet. */
export async function listOverdueEmergencies(tx: Tx, userId: string, now: Date): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from access_grant
      where user_id = $1 and kind = 'break-glass' and state = 'granted' and until_at <= $2`,
    [userId, now],
  );
  return rows.map(({ id }) => id);
}

/** How many of the recordings that somebody names there are. */
export async function countRecordings(tx: Tx, ids: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from recording where id = any ($1)',
    [ids],
  );
  return rows[0]?.count ?? 0;
}
