import { foldWords } from '../policy/fold-words.ts';
import type { Tx } from './database.ts';
import { IS_HELD } from './holds.ts';
import { writeFormula, type RecordingsAllowed } from './write-formula.ts';

/** Which way a call went, as the call record that belongs to the recording says. */
export type CallDirection = 'inbound' | 'outbound' | 'internal';

/** What recordings are looked for by; what is left out narrows nothing. */
export interface RecordingFilter {
  /** Each must occur in the document of the built-in search. */
  readonly words?: readonly string[] | undefined;
  /** Each must occur in the name, address or label of one party. */
  readonly partyWords?: readonly string[] | undefined;
  readonly state?: string | undefined;
  readonly held?: boolean | undefined;
  readonly restricted?: boolean | undefined;
  /** Capture ended by a fault. */
  readonly partial?: boolean | undefined;
  /** Packets of a party were lost. */
  readonly gaps?: boolean | undefined;
  readonly direction?: CallDirection | undefined;
  /** The node that captured it. */
  readonly recorder?: string | undefined;
  readonly source?: string | undefined;
  readonly region?: string | undefined;
  readonly department?: string | undefined;
  readonly classification?: string | undefined;
  readonly retentionClass?: string | undefined;
  /** A case id or tag of a matter whose hold reaches it. */
  readonly tag?: string | undefined;
  /** Id of a matter whose hold reaches it. */
  readonly matter?: string | undefined;
  /** Begun at this instant or later. */
  readonly from?: string | undefined;
  /** Begun before. */
  readonly to?: string | undefined;
  readonly keptFrom?: string | undefined;
  readonly keptTo?: string | undefined;
  readonly minSeconds?: number | undefined;
  readonly maxSeconds?: number | undefined;
  /** True: words do not find what is restricted, as for people who may not know who spoke in it. */
  readonly hidesRestricted?: boolean | undefined;
  /** What policies allow whoever asks; left out where no person does. */
  readonly allowed?: RecordingsAllowed | undefined;
}

/** A filter whose words were looked up once, for all statements of a request. */
export interface NarrowedFilter extends RecordingFilter {
  /** Where the words are rare enough to be named: all that have them. */
  readonly ids?: readonly string[];
}

/** Where words are in more recordings than this, they are found sooner among the newest than by their index. */
const MOST_NAMED = 2_000;

/** Looks rare words up in their index, so that the list need not be walked through for them. */
export async function narrowFilter(tx: Tx, filter: RecordingFilter): Promise<NarrowedFilter> {
  const byWords = await namedBy(tx, 'found_by_words', filter.words);
  const byParty = await namedBy(tx, 'found_by_party', filter.partyWords);
  const ids = byWords === undefined ? byParty : byWords.filter((id) => byParty?.includes(id) ?? true);
  return ids === undefined ? filter : { ...filter, ids };
}

async function namedBy(
  tx: Tx,
  by: 'found_by_words' | 'found_by_party',
  words: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (words === undefined || words.length === 0) return undefined;
  const { rows } = await tx.query<{ id: string }>(`select id from ${by}($1, $2) id`, [
    words.map(containing),
    MOST_NAMED + 1,
  ]);
  return rows.length > MOST_NAMED ? undefined : rows.map(({ id }) => id);
}

/** What is looked for of a party, as words: a number by its digits, whatever stands between them. Pure. */
export function partyWordsOf(text: string): string[] {
  const digits = text.replaceAll(/[^0-9]/g, '');
  if (/^[+(0-9][0-9 ()./-]*$/.test(text.trim()) && digits.length >= 3) return [digits.replace(/^00/, '')];
  return foldWords(text).split(' ').filter(Boolean);
}

const HAS_GAPS = `r.quality @? '$[*] ? (@.lost > 0)'`;
const DIRECTION = `(select c.direction from call_record c
  where c.tenant_id = r.tenant_id and c.recording_id = r.id and c.direction <> 'unknown' order by c.id limit 1)`;

/** Properties of `recording r` that are both filtered by and counted, as SQL. */
export const COUNTED = {
  state: 'r.state',
  held: IS_HELD,
  restricted: 'r.restriction is not null',
  partial: 'r.partial',
  gaps: HAS_GAPS,
  direction: DIRECTION,
  recorder: 'r.spool_node',
  source: 'r.source',
  region: 'r.region',
  department: 'r.department',
  classification: 'r.classification',
  retentionClass: 'r.retention_class',
} as const satisfies { readonly [Name in keyof RecordingFilter]?: string };
export type CountedName = keyof typeof COUNTED;

/** Those that cost a look into other tables for every row are asked last. */
const COSTLY = ['held', 'gaps', 'direction'] as const satisfies readonly CountedName[];

/**
 * The filter as a condition over `recording r`, with what is not stated left out of it, so that each search is planned by
 * itself. Constants become parameters, added to `values`.
 */
export function writeFilter(filter: NarrowedFilter, values: unknown[]): string {
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const conditions: string[] = [];
  const compare = (sql: string, by: string, value: unknown, type: string): void => {
    if (value !== undefined) conditions.push(`${sql} ${by} ${parameter(value, type)}`);
  };
  const names = Object.keys(COUNTED) as CountedName[];
  for (const name of names.filter((each) => !isCostly(each))) conditions.push(...counted(name));
  compare('r.started_at', '>=', filter.from, 'timestamptz');
  compare('r.started_at', '<', filter.to, 'timestamptz');
  compare('r.retain_until', '>=', filter.keptFrom, 'timestamptz');
  compare('r.retain_until', '<', filter.keptTo, 'timestamptz');
  compare('r.duration_ms', '>=', milliseconds(filter.minSeconds), 'bigint');
  compare('r.duration_ms', '<', milliseconds(filter.maxSeconds, 1), 'bigint');
  conditions.push(...wordConditions(filter, parameter));
  if (filter.allowed !== undefined) conditions.push(writeFormula(filter.allowed, values));
  if (filter.tag !== undefined) {
    const tag = parameter(filter.tag, 'text');
    conditions.push(underMatter(`${tag} = m.external_id or ${tag} = any (m.tags)`));
  }
  if (filter.matter !== undefined) conditions.push(underMatter(`m.id = ${parameter(filter.matter, 'uuid')}`));
  for (const name of COSTLY) conditions.push(...counted(name));
  return conditions.length === 0 ? 'true' : conditions.join('\n and ');

  function counted(name: CountedName): string[] {
    const wanted = filter[name];
    if (wanted === undefined) return [];
    if (typeof wanted === 'string') return [`${COUNTED[name]} = ${parameter(wanted, 'text')}`];
    return [wanted ? `(${COUNTED[name]})` : `not (${COUNTED[name]})`];
  }
}

function isCostly(name: CountedName): boolean {
  return (COSTLY as readonly CountedName[]).includes(name);
}

/** Who may not know who spoke in a restricted recording finds none by words either. */
function wordConditions(
  { words = [], partyWords = [], ids, hidesRestricted }: NarrowedFilter,
  parameter: (value: unknown, type: string) => string,
): string[] {
  if (words.length + partyWords.length === 0) return [];
  const conditions = hidesRestricted === true ? ['r.restriction is null'] : [];
  if (ids !== undefined) conditions.push(`r.id = any (${parameter(ids, 'uuid[]')})`);
  // One look for each row of the walk, newest first: as a join, the planner would read every document for words in all of them.
  if (words.length > 0)
    conditions.push(`coalesce((select d.words like all (${parameter(words.map(containing), 'text[]')}) from search_document d
      where d.tenant_id = r.tenant_id and d.recording_id = r.id), false)`);
  if (partyWords.length > 0)
    conditions.push(`coalesce((select bool_or(p.folded like all (${parameter(partyWords.map(containing), 'text[]')}))
      from party p where p.tenant_id = r.tenant_id and p.recording_id = r.id), false)`);
  return conditions;
}

function underMatter(condition: string): string {
  return `exists (select from holds_on(r, false) x
     join hold h on h.tenant_id = r.tenant_id and h.id = x.hold_id
     join matter m on m.tenant_id = h.tenant_id and m.id = h.matter_id where ${condition})`;
}

/** `more` seconds more: up to 60 seconds takes in what lasted 60.9. */
function milliseconds(seconds: number | undefined, more = 0): number | undefined {
  return seconds === undefined ? undefined : (seconds + more) * 1000;
}

function containing(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}
