/**
 * What is known of a recording from all metadata documents so far: a pure reducer.
 *
 * RFC 7865 section 6.1.2 and RFC 7866 section 9: a complete document replaces what is known, a
 * partial one adds and changes but never removes by silence; a disassociate-time ends an
 * association. Applying a document twice changes nothing the second time.
 */
import type {
  AssociationTimes,
  Group,
  Participant,
  ParticipantSessionAssociation,
  ParticipantStreamAssociation,
  RecordingMetadata,
  Session,
  SessionRecordingAssociation,
  Stream,
} from './metadata.ts';

/** The tables of the state, each by its natural key. */
export interface MetadataState {
  readonly groups: Table<Group>;
  readonly sessions: Table<Session>;
  readonly participants: Table<Participant>;
  readonly streams: Table<Stream>;
  readonly sessionRecordings: Table<SessionRecordingAssociation>;
  readonly participantSessions: Table<ParticipantSessionAssociation>;
  readonly participantStreams: Table<ParticipantStreamAssociation>;
}

/** Items by key, in order of first appearance. */
export type Table<T> = ReadonlyMap<string, Known<T>>;

/** An item and when, by the recorder's clock (epoch ms), it was first heard of. */
export interface Known<T> {
  readonly item: T;
  readonly firstSeenAt: number;
}

/** The name of a table. */
export type EntityKind = keyof MetadataState;

/** One difference that a document made. */
export interface MetadataChange {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly entity: EntityKind;
  readonly key: string;
}

/** More items of one kind than any call has: the rest of a document beyond it is not applied. */
export const MAX_ITEMS = 512;

/** Before the first document. */
export const EMPTY_METADATA_STATE: MetadataState = {
  groups: new Map(),
  sessions: new Map(),
  participants: new Map(),
  streams: new Map(),
  sessionRecordings: new Map(),
  participantSessions: new Map(),
  participantStreams: new Map(),
};

/** The outcome of a document; `overflow` when it named more than `MAX_ITEMS` of a kind and was not applied. */
export interface AppliedMetadata {
  readonly state: MetadataState;
  readonly changes: readonly MetadataChange[];
  readonly overflow: boolean;
}

interface Rule<T> {
  key(item: T): string;
  /** Joins what is known with what a partial document says. */
  merge(known: T, said: T): T;
  /** Joins two elements of one document; as `merge` where absent. */
  join?(first: T, second: T): T;
}

const RULES: { readonly [K in EntityKind]: Rule<ItemOf<K>> } = {
  groups: { key: (group) => group.id, merge: mergeTimes },
  sessions: { key: (session) => session.id, merge: mergeSession },
  participants: { key: (participant) => participant.id, merge: mergeParticipant },
  streams: { key: (stream) => stream.id, merge: mergeTimes },
  sessionRecordings: { key: (item) => item.sessionId, merge: mergeTimes },
  participantSessions: {
    key: (item) => JSON.stringify([item.participantId, item.sessionId]),
    merge: mergeParticipantSession,
  },
  participantStreams: {
    key: (item) => item.participantId,
    merge: mergeParticipantStream,
    join: (first, second) => ({
      ...mergeTimes(first, second),
      send: union(first.send, second.send),
      receive: union(first.receive, second.receive),
    }),
  },
};

type ItemOf<K extends EntityKind> = MetadataState[K] extends Table<infer T> ? T : never;

/**
 * Applies a document that arrived at `receivedAt` (epoch ms). Pure: `state` is not changed. When
 * nothing changes the same state object comes back.
 */
export function applyMetadata(
  state: MetadataState,
  document: RecordingMetadata,
  receivedAt: number,
): AppliedMetadata {
  const changes: MetadataChange[] = [];
  const apply = <K extends EntityKind>(kind: K): MetadataState[K] =>
    applyTable(kind, state[kind] as Table<ItemOf<K>>, document, receivedAt, changes) as MetadataState[K];
  const next: MetadataState = {
    groups: apply('groups'),
    sessions: apply('sessions'),
    participants: apply('participants'),
    streams: apply('streams'),
    sessionRecordings: apply('sessionRecordings'),
    participantSessions: apply('participantSessions'),
    participantStreams: apply('participantStreams'),
  };
  const overflow = Object.values(next).some((table: Table<unknown>) => table.size > MAX_ITEMS);
  if (overflow) return { state, changes: [], overflow };
  return { state: changes.length === 0 ? state : next, changes, overflow };
}

function applyTable<K extends EntityKind>(
  entity: K,
  known: Table<ItemOf<K>>,
  document: RecordingMetadata,
  receivedAt: number,
  changes: MetadataChange[],
): Table<ItemOf<K>> {
  const rule: Rule<ItemOf<K>> = RULES[entity];
  const said = fold(document[entity] as unknown as readonly ItemOf<K>[], rule);
  const complete = document.dataMode === 'complete';
  const next = new Map(complete ? [] : known);
  for (const [key, item] of said) {
    const before = known.get(key);
    const merged = before === undefined || complete ? item : rule.merge(before.item, item);
    if (before !== undefined && same(before.item, merged)) {
      next.set(key, before);
      continue;
    }
    next.set(key, { item: merged, firstSeenAt: before?.firstSeenAt ?? receivedAt });
    changes.push({ kind: before === undefined ? 'added' : 'changed', entity, key });
  }
  for (const key of known.keys()) {
    if (!next.has(key)) changes.push({ kind: 'removed', entity, key });
  }
  return next;
}

/** One item per key; two elements of one document on the same thing complete each other. */
function fold<T>(items: readonly T[], rule: Rule<T>): Map<string, T> {
  const folded = new Map<string, T>();
  for (const item of items) {
    const key = rule.key(item);
    const before = folded.get(key);
    folded.set(key, before === undefined ? item : (rule.join ?? rule.merge)(before, item));
  }
  return folded;
}

/** An end once said stays until the association is said anew without one. */
function mergeTimes<T extends AssociationTimes>(known: T, said: T): T {
  return { ...withoutEnd(known), ...said } as T;
}

function withoutEnd<T extends AssociationTimes>({
  disassociateTime: _end,
  ...rest
}: T): Omit<T, 'disassociateTime'> {
  return rest;
}

function mergeSession(known: Session, said: Session): Session {
  return {
    ...known,
    ...said,
    sipSessionIds: union(known.sipSessionIds, said.sipSessionIds),
    reasons: union(known.reasons, said.reasons),
  };
}

/** New names replace the old ones as a whole, and with them a placeholder's mark. */
function mergeParticipant(known: Participant, said: Participant): Participant {
  return said.nameIds.length === 0 ? known : said;
}

function mergeParticipantSession(
  known: ParticipantSessionAssociation,
  said: ParticipantSessionAssociation,
): ParticipantSessionAssociation {
  return { ...mergeTimes(known, said), params: said.params.length === 0 ? known.params : said.params };
}

/**
 * A partial association states all streams of its participant (the call flows of RFC 8068 put a
 * party on hold by leaving out what it no longer sends); an empty one says nothing of them.
 */
function mergeParticipantStream(
  known: ParticipantStreamAssociation,
  said: ParticipantStreamAssociation,
): ParticipantStreamAssociation {
  const silent = said.send.length === 0 && said.receive.length === 0;
  const { send, receive } = silent ? known : said;
  return { ...mergeTimes(known, said), send, receive };
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])];
}

/** Items are plain data of strings, numbers and arrays: equal when they print the same in one key order. */
function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
