import type { Tx } from './database.ts';
import { sequenceLeaves } from './sequence-leaves.ts';
import { readStoredLeaves, type StoredLeaf } from './stored-leaves.ts';
import { currentTenant } from './tenants.ts';

/** What is looked for; everything named must be so. */
export interface LeafSearch {
  /** Who acted: by id, or by exact name for leaves of people without one; given both, either will do. */
  readonly actor?: { readonly id?: string; readonly name?: string };
  readonly objectType?: string;
  readonly objectId?: string;
  /** One of these. */
  readonly acts?: readonly string[];
  /** How it ended, as the leaf says. */
  readonly outcome?: string;
  /** Id of a policy or rule that is among those that decided. */
  readonly rule?: string;
  /** The act that was asked for, as the facts of accesses say. */
  readonly asked?: string;
  /** Without the leaves about recordings of these classifications. */
  readonly unseen?: readonly string[];
  /** When it was done, RFC 3339: from the first on, until before the second. */
  readonly from?: string;
  readonly to?: string;
  /** Goes on below this index: the last one of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/**
 * Leaves that match, the youngest first, `limit` at most. Complete as `readLeavesAbout` is. A person whose openings were
 * erased is not found by name or id any more; their leaves are, by everything else.
 */
export async function searchLeaves(tx: Tx, search: LeafSearch): Promise<StoredLeaf[]> {
  await sequenceLeaves(tx, await currentTenant(tx));
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const { actor, objectType, objectId, acts, unseen = [], from, to, before, limit } = search;
  const { outcome, rule, asked } = search;
  const conditions = [
    actor && actedOne(actor, value),
    objectType && `l.object_type = ${value(objectType)}`,
    objectId && `l.object_id = ${value(objectId)}`,
    acts && `l.act = any (${value(acts)})`,
    outcome && `${BODY} ->> 'outcome' = ${value(outcome)}`,
    rule && `${BODY} -> 'rules' ? ${value(rule)}`,
    asked && `${BODY} -> 'facts' ->> 'act' = ${value(asked)}`,
    unseen.length > 0 && isSeen(value(unseen)),
    from && `l.at >= ${value(from)}`,
    to && `l.at < ${value(to)}`,
    before !== undefined && `l.index < ${value(before)}`,
  ].filter((condition) => typeof condition === 'string' && condition !== '');
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  return readStoredLeaves(tx, `${where} order by l.index desc limit ${value(limit)}`, values);
}

/** What the leaf itself says; read only of those that the other conditions leave. */
const BODY = "convert_from(l.body, 'UTF8')::jsonb";

/** By the recording's id, where the object is one. */
function isSeen(classifications: string): string {
  return `not exists (
    select from recording r
     where r.tenant_id = l.tenant_id and r.classification = any (${classifications})
       and r.id = case when l.object_type = 'recording' and l.object_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
                       then l.object_id::uuid end)`;
}

function actedOne({ id, name }: NonNullable<LeafSearch['actor']>, value: (given: unknown) => string): string {
  const either = [
    ...(id === undefined ? [] : [opens('actorId', value(id))]),
    ...(name === undefined ? [] : [opens('actor', value(name))]),
  ];
  if (either.length === 0) return 'false';
  return `l.index in (select leaf_index from ledger_opening o where ${either.join(' or ')})`;
}

/** By the hash that the index has, then by the value itself. */
function opens(name: string, given: string): string {
  return `(o.name = '${name}' and hashtextextended(o.value, 0) = hashtextextended(${given}, 0) and o.value = ${given})`;
}
