/**
 * What a hold by query reaches: every dimension that is stated must match, and a call that is captured later is reached
 * like one that is there. SQL says the same (`query_reaches` in migrations/0019); a property test holds the two together.
 * Where a comparison could be read either way, it keeps. Pure.
 */
import { HoldfastError } from '../errors.ts';
import { foldWords } from './fold-words.ts';

/** The dimensions that hold lists of texts. */
export const HOLD_QUERY_LISTS = [
  'addresses',
  'names',
  'classes',
  'regions',
  'callIds',
  'sources',
  'words',
] as const;
type ListName = (typeof HOLD_QUERY_LISTS)[number];

/** A query as it is asked and shown; null is not stated. Instants are RFC 3339 with offset. */
export type HoldQuery = { readonly [K in ListName]: readonly string[] | null } & {
  /** Reaches calls that were not over before. */
  readonly from: string | null;
  /** Reaches calls that had begun before. */
  readonly to: string | null;
};

/** A query as somebody asks for it; what is left out is not stated. */
export type AskedHoldQuery = { readonly [K in keyof HoldQuery]?: HoldQuery[K] | undefined };

/** What a query looks at of one recording. */
export interface HoldableRecording {
  readonly startedAt: string;
  readonly endedAt: string;
  /** Its retention class and further ones. */
  readonly classes: readonly string[];
  readonly region: string;
  readonly source: string;
  readonly callId: string | null;
  readonly parties: readonly {
    readonly name: string | null;
    readonly address: string | null;
    readonly label: string | null;
  }[];
}

const MOST_ENTRIES = 200;
const MOST_CHARACTERS = 200;

/**
 * Makes a query of what was asked: trimmed, folded where comparison folds, without doubles and empty dimensions.
 * @throws HoldfastError `invalid_input` where nothing is stated, an entry compares with nothing, or the period is empty.
 */
export function makeHoldQuery(asked: AskedHoldQuery): HoldQuery {
  const lists = Object.fromEntries(
    HOLD_QUERY_LISTS.map((name) => [name, prepareList(name, asked[name] ?? null)]),
  ) as unknown as { readonly [K in ListName]: readonly string[] | null };
  const query: HoldQuery = { ...lists, from: instantOf(asked.from), to: instantOf(asked.to) };
  if (Object.values(query).every((value) => value === null))
    throw refused('A query has to state at least one thing; without any it would hold everything.', '');
  if (query.from !== null && query.to !== null && Date.parse(query.from) >= Date.parse(query.to))
    throw refused('The period of the query ends before it begins.', '/to');
  return query;
}

/** Whether a query, as `makeHoldQuery` made it, reaches a recording. */
export function matchesHold(query: HoldQuery, recording: HoldableRecording): boolean {
  const { parties } = recording;
  const stated = <T>(list: readonly T[] | null, test: (list: readonly T[]) => boolean): boolean =>
    list === null || test(list);
  return (
    (query.from === null || Date.parse(recording.endedAt) >= Date.parse(query.from)) &&
    (query.to === null || Date.parse(recording.startedAt) < Date.parse(query.to)) &&
    stated(query.classes, (list) => recording.classes.some((each) => list.includes(each))) &&
    stated(query.regions, (list) => list.includes(recording.region)) &&
    stated(query.sources, (list) => list.includes(recording.source)) &&
    stated(query.callIds, (list) => recording.callId !== null && list.includes(recording.callId)) &&
    stated(query.addresses, (list) =>
      parties.some(
        ({ address }) => address !== null && addressKeys(address).some((key) => list.includes(key)),
      ),
    ) &&
    stated(query.names, (list) => parties.some(({ name }) => list.some((wanted) => isNamed(name, wanted)))) &&
    stated(query.words, (list) =>
      list.every((word) => textsOf(recording).some((text) => text.includes(word))),
    )
  );
}

/**
 * What an address is known by: itself without scheme and parameters, its user, and the digits of its number. `+` and
 * `00` before a country code are the same; a number without one is another.
 */
export function addressKeys(address: string): string[] {
  const bare = bareAddress(address);
  const [user = ''] = bare.split('@', 1);
  return [bare, user, phoneDigits(user)].filter((key) => key !== '');
}

/** The one key by which a wanted address is looked for: exact where it names a host, else its number or user. */
function wantedKey(address: string): string {
  const bare = bareAddress(address);
  return bare.includes('@') ? bare : phoneDigits(bare) || bare;
}

function bareAddress(address: string): string {
  return foldWords(address)
    .replace(/^<?(sips?|tel):/, '')
    .replace(/[;?>].*$/, '');
}

function phoneDigits(account: string): string {
  const digits = account.replaceAll(/[^0-9]/g, '');
  return /^[+0-9][0-9 ()./-]*$/.test(account) && digits.length >= 3 ? digits.replace(/^00/, '') : '';
}

function isNamed(name: string | null, wanted: string): boolean {
  const folded = foldWords(name ?? '');
  return wanted.split(' ').every((word) => folded.includes(word));
}

function textsOf({ callId, parties }: HoldableRecording): string[] {
  return [
    foldWords(callId ?? ''),
    ...parties.map(({ name, address, label }) => foldWords(`${name ?? ''} ${address ?? ''} ${label ?? ''}`)),
  ];
}

/** Codes are compared as they are; what people write is folded. */
const PREPARED: Readonly<Record<ListName, (text: string) => string>> = {
  addresses: wantedKey,
  names: foldWords,
  words: foldWords,
  classes: (text) => text.trim(),
  regions: (text) => text.trim(),
  callIds: (text) => text.trim(),
  sources: (text) => text.trim(),
};

function prepareList(name: ListName, asked: readonly string[] | null): readonly string[] | null {
  if (asked === null || asked.length === 0) return null;
  if (asked.length > MOST_ENTRIES)
    throw refused(
      `A query has at most ${MOST_ENTRIES} ${name}. Place a second hold for the rest.`,
      `/${name}`,
    );
  const prepared = asked.map((text) => {
    if (text.length > MOST_CHARACTERS)
      throw refused(`An entry has at most ${MOST_CHARACTERS} characters.`, `/${name}`);
    const made = PREPARED[name](text);
    if (made === '') throw refused('An entry has nothing in it to compare with.', `/${name}`);
    return made;
  });
  return [...new Set(prepared)].sort();
}

function instantOf(asked: string | null | undefined): string | null {
  return asked === null || asked === undefined ? null : new Date(asked).toISOString();
}

function refused(message: string, field: string): HoldfastError {
  return new HoldfastError('invalid_input', message, { field: `/body/query${field}` });
}
