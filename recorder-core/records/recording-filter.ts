import { foldWords } from '../policy/fold-words.ts';
import { IS_HELD } from './holds.ts';
import { KEPT_UNTIL, type RecordingOrder } from './recording-order.ts';
import { RETENTION_OF_R } from './recording-retention.ts';
import { writeFormula, type RecordingsAllowed } from './write-formula.ts';

/** Which way a call went, as the call record that belongs to the recording says. */
export type CallDirection = 'inbound' | 'outbound' | 'internal';

/** What recordings are looked for by; what is left out narrows nothing. */
export interface RecordingFilter {
  /** Each must occur in the document of the built-in search. */
  readonly words?: readonly string[] | undefined;
  /** In the place of words: the recordings that a search engine found by them. */
  readonly named?: readonly string[] | undefined;
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

/** A filter of which what could be looked up was, once for all statements of a request (`narrow-filter.ts`). */
export interface NarrowedFilter extends RecordingFilter {
  /** Where something that is looked for is rare enough to be named: all that may have it. */
  readonly ids?: readonly string[];
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

/** What `writeFilter` and an order are written over: `recording r`, and its dates as `k` where one of them asks for these. Pure. */
export function writeFrom({ keptFrom, keptTo }: RecordingFilter, order?: RecordingOrder): string {
  const dated = keptFrom !== undefined || keptTo !== undefined || order?.by === 'keptUntil';
  return dated ? `recording r ${RETENTION_OF_R}` : 'recording r';
}

/**
 * The filter as a condition over `writeFrom`, with what is not stated left out of it, so that each search is planned by
 * itself. Constants become parameters, added to `values`.
 */
export function writeFilter(filter: NarrowedFilter, values: unknown[]): string {
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const conditions: string[] = [];
  const compare = (sql: string, by: string, value: unknown, type: string): void => {
    if (value !== undefined) conditions.push(`${sql} ${by} ${parameter(value, type)}`);
  };
  if (filter.ids !== undefined) conditions.push(`r.id = any (${parameter(filter.ids, 'uuid[]')})`);
  const names = Object.keys(COUNTED) as CountedName[];
  for (const name of names.filter((each) => !isCostly(each))) conditions.push(...counted(name));
  compare('r.started_at', '>=', filter.from, 'timestamptz');
  compare('r.started_at', '<', filter.to, 'timestamptz');
  if (filter.keptFrom !== undefined) conditions.push('k.retain_until is not null');
  compare(KEPT_UNTIL, '>=', filter.keptFrom, 'timestamptz');
  compare(KEPT_UNTIL, '<', filter.keptTo, 'timestamptz');
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

/** What no index over recordings tells; each of them left out. */
export const WALKED_FOR = {
  words: undefined,
  partyWords: undefined,
  held: undefined,
  gaps: undefined,
  direction: undefined,
  tag: undefined,
  matter: undefined,
} as const satisfies Partial<RecordingFilter>;

/** Whether recordings must be looked at one after the other for something that no index tells. Pure. */
export function mustWalk(filter: NarrowedFilter): boolean {
  const { ids, words = [], partyWords = [], held, gaps, direction, tag, matter } = filter;
  if (ids !== undefined) return false;
  const asked = [held, gaps, direction, tag, matter].some((each) => each !== undefined);
  return asked || words.length + partyWords.length > 0;
}

function isCostly(name: CountedName): boolean {
  return (COSTLY as readonly CountedName[]).includes(name);
}

/** Who may not know who spoke in a restricted recording finds none by words either. */
function wordConditions(
  { words = [], partyWords = [], named, hidesRestricted }: NarrowedFilter,
  parameter: (value: unknown, type: string) => string,
): string[] {
  if (words.length + partyWords.length === 0 && named === undefined) return [];
  const conditions = hidesRestricted === true ? ['r.restriction is null'] : [];
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

/** A pattern that finds a word anywhere. Pure. */
export function containing(word: string): string {
  return `%${word.replaceAll(/[\\%_]/g, (special) => `\\${special}`)}%`;
}
