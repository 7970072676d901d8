/** Whom and what policies of access are compared over: people, and classes of recordings. */
import type { Principal } from '../authorization/asked.ts';
import type { NamedPrincipal, RecordingClass } from '../authorization/compare-access.ts';
import type { Tx } from './database.ts';
import { IS_HELD } from './holds.ts';

/** More people than this are not compared. */
export const MOST_PEOPLE = 2_000;
/** Of the newest so many recordings the classes are made. */
export const NEWEST_RECORDINGS = 100_000;
/** So many classes are compared, those with most recordings. */
export const MOST_CLASSES = 200;

/** Active people and accounts of machines by name, at most 2,000, and how many there are. */
export async function listPrincipals(
  tx: Tx,
): Promise<{ readonly people: NamedPrincipal[]; readonly all: number }> {
  const { rows } = await tx.query<Principal & { readonly name: string; readonly all: number }>(
    `select id, name, case kind when 'service' then 'service' else 'user' end as kind, role, groups, department, job,
            region, count(*) over ()::int as all
       from app_user where status = 'active' order by name, id limit $1`,
    [MOST_PEOPLE],
  );
  const people = rows.map(({ name, all: _all, ...principal }) => ({ name, principal }));
  return { people, all: rows[0]?.all ?? 0 };
}

/** Classes of recordings that are kept. */
export interface RecordingClasses {
  /** Those with most recordings first. */
  readonly classes: readonly RecordingClass[];
  /** Recordings in these classes. */
  readonly recordings: number;
  /** False where there are older recordings that were not looked at, or further classes. */
  readonly complete: boolean;
}

/** The classes of the newest 100,000 recordings by all that policies speak of but their time and who took part. */
export async function listRecordingClasses(tx: Tx): Promise<RecordingClasses> {
  const { rows } = await tx.query<ClassRow>(
    `with newest as (
       select * from recording where state <> 'disposed' order by started_at desc, id desc limit $1)
     select r.region, r.department, r.classification, r.retention_class as "retentionClass", r.source,
            r.restriction is not null as restricted, ${IS_HELD} as held, count(*)::int as recordings,
            max(r.started_at) as "startedAt", max(r.id::text) as id,
            sum(count(*)) over ()::int as looked, count(*) over ()::int as classes
       from newest r group by 1, 2, 3, 4, 5, 6, 7 order by count(*) desc, max(r.id::text) desc limit $2`,
    [NEWEST_RECORDINGS, MOST_CLASSES],
  );
  const classes = rows.map(({ recordings, startedAt, looked: _l, classes: _c, ...facts }) => ({
    recordings,
    example: { type: 'recording' as const, ...facts, startedAtMs: startedAt.getTime(), ownOf: [] },
  }));
  const [first] = rows;
  return {
    classes,
    recordings: classes.reduce((sum, { recordings }) => sum + recordings, 0),
    complete: first === undefined || (first.looked < NEWEST_RECORDINGS && first.classes <= MOST_CLASSES),
  };
}

interface ClassRow {
  readonly id: string;
  readonly region: string;
  readonly department: string | null;
  readonly classification: string | null;
  readonly retentionClass: string;
  readonly source: string;
  readonly restricted: boolean;
  readonly held: boolean;
  readonly startedAt: Date;
  readonly recordings: number;
  readonly looked: number;
  readonly classes: number;
}
