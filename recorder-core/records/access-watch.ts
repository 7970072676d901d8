import type pg from 'pg';
import type { Act } from '../ledger/acts.ts';
import { DEFAULT_ACCESS_RULES, type Access, type AccessRules } from '../policy/access-alert.ts';
import type { Tx } from './database.ts';

/** The leaves that tell of somebody's use of their access. */
const KINDS: Readonly<Partial<Record<Act, Access['kind']>>> = {
  'recording.played': 'take',
  'recording.exported': 'take',
  'recording.inspected': 'look',
  'export.requested': 'look',
  'session.started': 'enter',
};
const ACTS = Object.keys(KINDS);
const TAKES = ACTS.filter((act) => KINDS[act as Act] === 'take');
/** Acts of a person that are looked through for those of a window; the youngest. */
const LOOKED_THROUGH = 10_000;

/** One use of access, and by whom. */
export interface WatchedAccess extends Access {
  readonly userId: string;
}

/** A watch under its lock. */
export interface AccessWatch {
  readonly nextIndex: number;
  readonly rules: AccessRules;
}

/** Tenants whose ledger has grown since it was looked at; asked with the dispatcher's role. */
export async function listUnwatchedTenants(dispatcher: pg.Pool): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    `select w.tenant_id from access_watch w join ledger_head h on h.tenant_id = w.tenant_id
      where w.next_index < h.size order by w.tenant_id`,
  );
  return rows.map((row) => row.tenant_id);
}

/** What the tenant holds for unusual; the version grows with each change and is 0 where nobody has set any. */
export interface StandingAccessRules {
  readonly rules: AccessRules;
  readonly version: number;
}

/** What the tenant holds for unusual. */
export async function readAccessRules(tx: Tx): Promise<StandingAccessRules> {
  const { rows } = await tx.query<{ rules: AccessRules | null; version: number }>(
    'select rules, rules_version as version from access_watch',
  );
  return { rules: rows[0]?.rules ?? DEFAULT_ACCESS_RULES, version: rows[0]?.version ?? 0 };
}

/**
 * Puts other rules in the place of those of one version, for all that is looked at from now on; answers whether that version still
 * stood. What was there before is kept (`configuration-history.ts`).
 */
export async function replaceAccessRules(
  tx: Tx,
  change: {
    readonly from: number;
    readonly rules: AccessRules;
    readonly by: string;
    readonly reason: string | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update access_watch set rules = $1, rules_version = rules_version + 1, rules_by = $2, rules_reason = $3
      where rules_version = $4`,
    [JSON.stringify(change.rules), change.by, change.reason, change.from],
  );
  return rowCount === 1;
}

/** The watch under its lock; undefined while another process is at it. */
export async function lockAccessWatch(tx: Tx): Promise<AccessWatch | undefined> {
  const { rows } = await tx.query<{ nextIndex: number; rules: AccessRules | null }>(
    'select next_index as "nextIndex", rules from access_watch for update skip locked',
  );
  return rows[0] && { nextIndex: rows[0].nextIndex, rules: rows[0].rules ?? DEFAULT_ACCESS_RULES };
}

/** Notes how far the ledger was looked at. */
export async function moveAccessWatch(tx: Tx, nextIndex: number): Promise<void> {
  await tx.query('update access_watch set next_index = $1', [nextIndex]);
}

/** Accesses in a range of the log by people who can still be told from each other, in the order of the log. */
export async function listAccesses(tx: Tx, from: number, to: number): Promise<WatchedAccess[]> {
  const { rows } = await tx.query<Omit<WatchedAccess, 'kind'> & { act: Act }>(
    `select l.at, l.act, l.object_id as "objectId", o.value as "userId", c.value as country
       from ledger_leaf l
       join ledger_opening o on o.tenant_id = l.tenant_id and o.leaf_index = l.index and o.name = 'actorId'
       left join ledger_opening c on c.tenant_id = l.tenant_id and c.leaf_index = l.index and c.name = 'country'
      where l.index >= $1 and l.index < $2 and l.act = any ($3) order by l.index`,
    [from, to, ACTS],
  );
  return rows.map(({ act, ...access }) => ({ ...access, kind: KINDS[act] ?? 'look' }));
}

/** What a person took since a time, below an index of the log. */
export async function listTakesSince(tx: Tx, userId: string, since: Date, below: number): Promise<Access[]> {
  const { rows } = await tx.query<{ at: Date; objectId: string }>(
    `select l.at, l.object_id as "objectId"
       from (select tenant_id, leaf_index from ledger_opening
              where hashtextextended(value, 0) = hashtextextended($1, 0) and value = $1 and name = 'actorId'
                and leaf_index < $3 order by leaf_index desc limit ${LOOKED_THROUGH}) o
       join ledger_leaf l on l.tenant_id = o.tenant_id and l.index = o.leaf_index
      where l.act = any ($4) and l.at >= $2`,
    [userId, since, below, TAKES],
  );
  return rows.map((row) => ({ ...row, kind: 'take', country: null }));
}

/** Where a person has signed in from, as far as that is known, below an index of the log. */
export async function listCountries(tx: Tx, userId: string, below: number): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ country: string }>(
    `select distinct c.value as country
       from ledger_leaf l
       join ledger_opening c on c.tenant_id = l.tenant_id and c.leaf_index = l.index and c.name = 'country'
      where l.object_id = $1 and l.object_type = 'user' and l.act = 'session.started' and l.index < $2`,
    [userId, below],
  );
  return new Set(rows.map(({ country }) => country));
}
