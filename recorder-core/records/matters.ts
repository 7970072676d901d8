import { HoldfastError } from '../errors.ts';
import type { Tx } from './database.ts';
import { leafActor, type HoldActor } from './hold-actor.ts';
import type { LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';

export type MatterState = 'open' | 'releasing' | 'closed';

/** What holds are for. It stays when its holds are over, and says who, when and why. */
export interface Matter {
  readonly id: string;
  readonly name: string;
  /** The case as another system knows it, and the connection it came by; both or none. */
  readonly externalId: string | null;
  readonly connectionId: string | null;
  /** Regulatory triggers. What the matter's holds reach is tagged with them, and with the external id. */
  readonly tags: readonly string[];
  readonly state: MatterState;
  /** The person, the connection, or Holdfast itself. */
  readonly openedBy: string;
  readonly openedAt: string;
  /** Who looks after it; null: nobody any more. */
  readonly owner: LeafPerson | null;
  /** When somebody has to ask whether it is still needed. */
  readonly reviewAt: string | null;
  readonly closedAt: string | null;
  /** How many of its holds are in force. */
  readonly activeHolds: number;
}

/** What a matter begins with. `openedBy` is the id of a person, null where no person did. */
export type NewMatter = Pick<
  Matter,
  'id' | 'name' | 'externalId' | 'connectionId' | 'tags' | 'openedAt' | 'reviewAt'
> & {
  readonly openedBy: string | null;
};

interface MatterRow extends Omit<Matter, 'openedAt' | 'reviewAt' | 'closedAt'> {
  readonly openedAt: Date;
  readonly reviewAt: Date | null;
  readonly closedAt: Date | null;
}

const SELECT = `
  select m.id, m.name, m.external_id as "externalId", m.connection_id as "connectionId", m.tags, m.state,
         coalesce(p.name, m.opened_by::text, c.name, 'Holdfast') as "openedBy", m.opened_at as "openedAt",
         case when m.owner_id is not null
              then jsonb_build_object('id', m.owner_id, 'name', coalesce(o.name, m.owner_id::text)) end as owner,
         m.review_at as "reviewAt", m.closed_at as "closedAt",
         (select count(*) from hold h where h.tenant_id = m.tenant_id and h.matter_id = m.id
             and h.released_at is null)::int as "activeHolds"
    from matter m
    left join app_user p on p.tenant_id = m.tenant_id and p.id = m.opened_by
    left join app_user o on o.tenant_id = m.tenant_id and o.id = m.owner_id
    left join connection c on c.tenant_id = m.tenant_id and c.id = m.connection_id`;

function fromRow(row: MatterRow): Matter {
  return {
    ...row,
    openedAt: row.openedAt.toISOString(),
    reviewAt: row.reviewAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}

/** Adds a matter; answers false, and changes nothing, where one of that name or that case exists. */
export async function insertMatter(tx: Tx, tenantId: string, matter: NewMatter): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into matter (tenant_id, id, name, external_id, connection_id, tags, opened_by, opened_at, review_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      tenantId,
      matter.id,
      matter.name,
      matter.externalId,
      matter.connectionId,
      matter.tags,
      matter.openedBy,
      matter.openedAt,
      matter.reviewAt,
    ],
  );
  return rowCount === 1;
}

/** A matter by its id or its name; names differ by more than case. */
export async function findMatter(tx: Tx, nameOrId: string): Promise<Matter | undefined> {
  const { rows } = await tx.query<MatterRow>(
    `${SELECT} where m.id::text = lower($1) or lower(m.name) = lower($1) order by m.id::text = lower($1) desc limit 1`,
    [nameOrId],
  );
  return rows[0] && fromRow(rows[0]);
}

/** A matter by its id alone; a name that looks like one is none. */
export async function findMatterById(tx: Tx, id: string): Promise<Matter | undefined> {
  const { rows } = await tx.query<MatterRow>(`${SELECT} where m.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The matter of a case of a connected system. */
export async function findMatterOfCase(
  tx: Tx,
  connectionId: string,
  externalId: string,
): Promise<Matter | undefined> {
  const { rows } = await tx.query<MatterRow>(`${SELECT} where m.connection_id = $1 and m.external_id = $2`, [
    connectionId,
    externalId,
  ]);
  return rows[0] && fromRow(rows[0]);
}

/** One matter under a row lock, so that its acts take turns. @throws HoldfastError `not_found`. */
export async function lockMatter(tx: Tx, id: string): Promise<Matter> {
  await tx.query('select from matter where id = $1 for update', [id]);
  const matter = await findMatterById(tx, id);
  if (matter !== undefined) return matter;
  throw new HoldfastError('not_found', 'There is no matter with this id in your tenant.');
}

/** Matters, newest first; `before` is the last one of the page before. */
export async function listMatters(
  tx: Tx,
  filter: {
    readonly state?: MatterState | undefined;
    readonly before?: { readonly openedAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<Matter[]> {
  const { rows } = await tx.query<MatterRow>(
    `${SELECT}
      where ($1::text is null or m.state = $1)
        and ($2::timestamptz is null or (m.opened_at, m.id) < ($2::timestamptz, $3::uuid))
      order by m.opened_at desc, m.id desc limit $4`,
    [filter.state ?? null, filter.before?.openedAt ?? null, filter.before?.id ?? null, filter.limit],
  );
  return rows.map(fromRow);
}

/** Sets the tags of a matter, with its leaf; does nothing where they are the same. Under its lock. */
export async function setTags(
  tx: Tx,
  tenantId: string,
  { id, name, tags: before }: Matter,
  change: { readonly tags: readonly string[]; readonly by: HoldActor; readonly now: Date },
): Promise<void> {
  const tags = [...new Set(change.tags)].sort();
  if (tags.join('\n') === before.join('\n')) return;
  await tx.query('update matter set tags = $2 where id = $1', [id, tags]);
  const actor = leafActor(change.by);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: change.now,
      act: 'matter.changed',
      object: { type: 'matter', id },
      outcome: 'done',
      facts: { ...actor.facts, tags, before: [...before] },
    },
    { ...actor.personal, matter: name },
  );
}

/**
 * What each of the recordings is tagged with: case ids and regulatory triggers of the matters whose holds reach it and
 * have not ended. A tag is never written on a recording: it comes and goes with the hold.
 */
export async function tagsOnRecordings(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await tx.query<{ id: string; tags: string[] }>(
    `select r.id, array_agg(distinct t.tag order by t.tag) as tags
       from recording r
       cross join lateral holds_on(r, false) x
       join hold h on h.tenant_id = r.tenant_id and h.id = x.hold_id
       join matter m on m.tenant_id = h.tenant_id and m.id = h.matter_id
       cross join lateral unnest(m.tags || m.external_id) t (tag)
      where r.id = any ($1) and t.tag is not null group by r.id`,
    [recordingIds],
  );
  return new Map(rows.map(({ id, tags }) => [id, tags]));
}

/** Sets the date of the next review. Under the matter's lock. */
export async function setReview(tx: Tx, id: string, reviewAt: string | null): Promise<void> {
  await tx.query('update matter set review_at = $2 where id = $1', [id, reviewAt]);
}

/** Moves a matter to a state; `closedAt` is set with `closed` and cleared with every other. Under its lock. */
export async function setMatterState(tx: Tx, id: string, state: MatterState, at: string): Promise<void> {
  await tx.query(
    "update matter set state = $2, closed_at = case when $2 = 'closed' then $3::timestamptz end where id = $1",
    [id, state, at],
  );
}
