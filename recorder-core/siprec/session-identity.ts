import type { CallFact, CallFactName, Session } from './metadata.ts';
import type { MetadataState } from './metadata-state.ts';
import type { Party } from './session-parties.ts';

/**
 * What ties the recordings of a call together. Every entry is an opaque text that is only compared
 * for equality, so digests of the entries do as well as the entries themselves; those hold
 * identifiers and addresses and are personal data, digests with a key are not.
 */
export interface SessionIdentity {
  /** SIPREC session ids, and whole SIP session pairs (RFC 7989). */
  readonly sessions: readonly string[];
  /** Ids of the call that outlive a session: UCID, Genesys UUID, call references, halves of a SIP session pair. */
  readonly calls: readonly string[];
  /** Group ids, those of transferred groups too. */
  readonly groups: readonly string[];
  /** Addresses of all who were in the call, stand-ins left out. */
  readonly participants: readonly string[];
  /** The place in the group where the source counts its sessions (NetSapiens). */
  readonly groupSequence?: number;
}

/** What an identity is read from; `RecordingSession` is one. */
export interface IdentifiedSession {
  metadata(): MetadataState;
  facts(): readonly CallFact[];
  parties(): readonly Party[];
}

/** A shorter id is a counter of the source's, and says nothing beyond one session. */
const MIN_ID_LENGTH = 8;
/** A count above this is none that a source has reached, and more than the column takes. */
const MAX_SEQUENCE = 0x7fff_ffff;
/** Made by the metadata reader where the document gives no id. */
const MADE_UP = /^(session|group)#\d+$/;

const CALL_FACTS: Partial<Record<CallFactName, string>> = {
  ucid: 'ucid',
  genesys_uuid: 'genesys',
  call_reference: 'reference',
  global_call_id: 'global',
  external_tracking_id: 'tracking',
};

/** Reads the identity of a session as it is known by now: more may come with every update. Pure. */
export function identify(session: IdentifiedSession): SessionIdentity {
  const metadata = session.metadata();
  const facts = session.facts();
  const sessions = [...metadata.sessions.values()].map((known) => known.item);
  const sipSessions = sessions.flatMap((item) => item.sipSessionIds.map(readSipSession));
  const groups = [...metadata.groups.keys(), ...sessions.flatMap((item) => item.groupId ?? [])];
  const transferred = valuesOf(facts, 'transferred_group');
  const sequence = Number(valuesOf(facts, 'group_sequence')[0] ?? Number.NaN);
  return {
    sessions: distinct([
      ...sessions.flatMap((item) => keyOf('session', item.id)),
      ...sipSessions.flatMap((halves) => (halves.length === 2 ? [`sip:${halves.join('+')}`] : [])),
    ]),
    calls: distinct([
      ...sipSessions.flat().map((half) => `half:${half}`),
      ...facts.flatMap(callKey),
      ...sessions.flatMap(ucidOfSession),
    ]),
    groups: distinct([...groups, ...transferred].flatMap((id) => keyOf('group', id))),
    participants: distinct(session.parties().flatMap(addressOf)),
    ...(Number.isInteger(sequence) &&
      sequence >= 0 &&
      sequence <= MAX_SEQUENCE && { groupSequence: sequence }),
  };
}

/** The UCID in a text, without its header octets: `00FA08` and 16 hexadecimal digits (AudioCodes leaves out the `00`). */
export function readUcid(text: string): string | undefined {
  return /^(?:[0-9A-F]{2})?FA08([0-9A-F]{16})/i.exec(text.trim())?.[1]?.toUpperCase();
}

/**
 * The halves of a SIP session id in an order of their own: each end names itself first (RFC 7989
 * section 5), so the same session is told as `a;remote=b` and `b;remote=a`. The nil id is nobody.
 */
export function readSipSession(text: string): string[] {
  const [local = '', ...params] = text.split(';').map((piece) => piece.trim().toLowerCase());
  const remote = params.find((piece) => piece.startsWith('remote='))?.slice('remote='.length) ?? '';
  return distinct(
    [local, remote].filter((half) => half.length >= MIN_ID_LENGTH && !/^0+$/.test(half)),
  ).sort();
}

function keyOf(kind: string, id: string): string[] {
  const text = id.trim();
  if (text.length < MIN_ID_LENGTH || MADE_UP.test(text)) return [];
  // Case counts in base64 and in Call-IDs, not in a UUID.
  const uuid = /^(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(text)?.[1];
  return [`${kind}:${uuid?.toLowerCase() ?? text}`];
}

function callKey({ name, value }: CallFact): string[] {
  const kind = CALL_FACTS[name];
  if (kind === undefined) return [];
  const ucid = name === 'ucid' ? readUcid(value) : undefined;
  return ucid === undefined ? keyOf(kind, value) : [`ucid:${ucid}`];
}

/** Avaya's session id is the UCID of the call. */
function ucidOfSession({ id }: Session): string[] {
  const ucid = readUcid(id);
  return ucid === undefined ? [] : [`ucid:${ucid}`];
}

function addressOf({ aor, placeholder }: Party): string[] {
  if (aor === undefined || placeholder) return [];
  const address = aor
    .replace(/^(sips?|tel):/i, '')
    .replace(/[;?].*$/, '')
    .replace(/:\d+$/, '')
    .toLowerCase();
  return address === '' ? [] : [address];
}

function valuesOf(facts: readonly CallFact[], name: CallFactName): string[] {
  return facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)];
}
