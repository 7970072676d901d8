import { HoldfastError } from '../errors.ts';
import { bindStreams, type Speaker } from './binding.ts';
import {
  applyMetadata,
  EMPTY_METADATA_STATE,
  type MetadataChange,
  type MetadataState,
} from './metadata-state.ts';
import { GENERIC_DIALECT } from './metadata-parser.ts';
import { SessionNotes, type KeptDocument } from './session-notes.ts';
import { endParties, updateParties, type Party } from './session-parties.ts';
import {
  updateStreams,
  type SessionStream,
  type StreamChange,
  type StreamsUpdate,
} from './session-streams.ts';
import { warning, type RecordingWarning } from './warnings.ts';
import type { CallFact } from './metadata.ts';
import type { RecordingBody, RecordingOffer } from './offer.ts';
import type { OfferedStream } from './offered-stream.ts';
import type { SipRequest } from '../sip/message.ts';

/** What one step of a session changed; each list is empty when nothing of its kind happened. */
export interface SessionChanges {
  readonly streamsAdded: readonly SessionStream[];
  readonly streamsChanged: readonly StreamChange[];
  readonly streamsRemoved: readonly SessionStream[];
  readonly partiesJoined: readonly Party[];
  /** Parties that got another name, line or id; same ordinal. */
  readonly partiesChanged: readonly Party[];
  readonly partiesLeft: readonly Party[];
  readonly metadataChanges: readonly MetadataChange[];
  /** Only warnings this session has not given before. */
  readonly warnings: readonly RecordingWarning[];
}

/** The ids by which a session can be found again after a fail-over, or recognised when sent twice. */
export interface SessionIdentifiers {
  readonly sessionIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly sipSessionIds: readonly string[];
}

/**
 * The state of one recording session, without sockets or clocks: offers and metadata go in with
 * their time of arrival (epoch ms), changes come out. Call `start` once, `update` for every later
 * body (re-INVITE, UPDATE, the ACK of a delayed offer, BYE), then `end`.
 */
export class RecordingSession {
  #phase: 'new' | 'running' | 'ended' = 'new';
  #streams: readonly SessionStream[] = [];
  #lines: readonly OfferedStream[] = [];
  #parties: readonly Party[] = [];
  #metadata: MetadataState = EMPTY_METADATA_STATE;
  #request: SipRequest | undefined;
  #named = false;
  #dialect: string | undefined;
  readonly #notes = new SessionNotes();

  /** Takes the opening offer; a delayed one has no streams yet. @throws HoldfastError `conflict` when started before. */
  start(offer: RecordingOffer, at: number): SessionChanges {
    if (this.#phase !== 'new') throw outOfOrder('was started before');
    this.#phase = 'running';
    this.#request = offer.request;
    return this.#apply(offer, at);
  }

  /** Takes a later body. Applying the same one again changes nothing. @throws HoldfastError `conflict` unless running. */
  update(body: RecordingBody, at: number): SessionChanges {
    if (this.#phase !== 'running') throw outOfOrder('is not running');
    return this.#apply(body, at);
  }

  /** Adds warnings found outside, such as a refused line; gives those this session did not have before. */
  warn(found: readonly RecordingWarning[]): RecordingWarning[] {
    return this.#notes.warn(found);
  }

  /** Ends every stream and party; a second end changes nothing. */
  end(at: number): SessionChanges {
    const removed = this.#streams;
    const parties = endParties(this.#parties, at);
    this.#phase = 'ended';
    this.#streams = [];
    this.#parties = parties.parties;
    return { ...NO_CHANGES, streamsRemoved: removed, partiesLeft: parties.left };
  }

  /** The running streams, in the order of their media lines. */
  streams(): readonly SessionStream[] {
    return this.#streams;
  }

  /** All media lines as described last, closed ones too: what an offer of the recorder's has to repeat. */
  lines(): readonly OfferedStream[] {
    return this.#lines;
  }

  /** Everybody who is or was in the call, by ordinal. */
  parties(): readonly Party[] {
    return this.#parties;
  }

  /** Every metadata document received, in order of arrival, those that could not be read included. */
  documents(): readonly KeptDocument[] {
    return this.#notes.documents;
  }

  /** Every warning so far, each once. */
  warnings(): readonly RecordingWarning[] {
    return this.#notes.warnings;
  }

  /** Facts from vendor extension data and headers, the latest of each kind and subject. */
  facts(): readonly CallFact[] {
    return this.#notes.facts;
  }

  /** The dialect the source was last known by; undefined while neither metadata nor headers told. */
  dialect(): string | undefined {
    return this.#dialect;
  }

  /** What the metadata says now. */
  metadata(): MetadataState {
    return this.#metadata;
  }

  identifiers(): SessionIdentifiers {
    const sessions = [...this.#metadata.sessions.values()].map((known) => known.item);
    return {
      sessionIds: sessions.map((session) => session.id),
      groupIds: [...this.#metadata.groups.keys()],
      sipSessionIds: sessions.flatMap((session) => session.sipSessionIds),
    };
  }

  #apply(offer: RecordingBody, at: number): SessionChanges {
    const found: RecordingWarning[] = [...offer.warnings];
    for (const item of [offer.metadata, ...offer.otherMetadata]) {
      if (item !== undefined && !this.#notes.keep(item, at)) found.push(warning('metadata_not_kept'));
    }
    this.#notes.learn(offer.facts);
    // A later document may tell less than the first: the vendor does not change within a session.
    if (this.#dialect === undefined || offer.dialect !== GENERIC_DIALECT)
      this.#dialect = offer.dialect ?? this.#dialect;
    const metadataChanges = this.#applyMetadata(offer, at, found);
    const streams: StreamsUpdate =
      offer.sdp === undefined
        ? { streams: this.#streams, added: [], changed: [], removed: [] }
        : updateStreams(this.#streams, offer.streams, at);
    this.#streams = streams.streams;
    if (offer.sdp !== undefined) this.#lines = offer.streams;
    if (this.#streams.length > 0 && this.#notes.documents.length === 0)
      found.push(warning('metadata_missing'));
    const parties = this.#bind(at, found);
    return {
      streamsAdded: streams.added,
      streamsChanged: streams.changed,
      streamsRemoved: streams.removed,
      partiesJoined: parties.joined,
      partiesChanged: parties.changed,
      partiesLeft: parties.left,
      metadataChanges,
      warnings: this.#notes.warn(found),
    };
  }

  #applyMetadata(offer: RecordingBody, at: number, found: RecordingWarning[]): readonly MetadataChange[] {
    const document = offer.metadata?.document;
    if (document === undefined) return [];
    const applied = applyMetadata(this.#metadata, document.metadata, at);
    if (applied.overflow) found.push(warning('metadata_too_many_items'));
    this.#metadata = applied.state;
    this.#named ||= applied.state.participants.size > 0;
    return applied.changes;
  }

  #bind(at: number, found: RecordingWarning[]): ReturnType<typeof updateParties> {
    const before = this.#parties;
    const keyOf = new Map(this.#streams.map((stream) => [stream.offered.mLineIndex, stream.key]));
    const bindings = bindStreams({
      streams: this.#streams.map((stream) => stream.offered),
      metadata: this.#metadata,
      closedLabels: new Set(this.#lines.flatMap(({ label, port }) => (port === 0 && label ? [label] : []))),
      // Once metadata has named anybody, headers are no better than no name.
      ...(this.#request && !this.#named && { request: this.#request }),
      spokeBefore: (mLineIndex) => speakersOf(before, keyOf.get(mLineIndex)),
    });
    found.push(...bindings.warnings);
    const lines = this.#streams
      .filter((stream) => stream.offered.media === 'audio')
      .map(({ key, offered: { mLineIndex, label } }) => ({
        key,
        mLineIndex,
        ...(label !== undefined && { label }),
      }));
    const parties = updateParties(before, bindings, lines, at);
    if (parties.overflow) found.push(warning('party_limit'));
    this.#parties = parties.parties;
    return parties;
  }
}

const NO_CHANGES: SessionChanges = {
  streamsAdded: [],
  streamsChanged: [],
  streamsRemoved: [],
  partiesJoined: [],
  partiesChanged: [],
  partiesLeft: [],
  metadataChanges: [],
  warnings: [],
};

function speakersOf(parties: readonly Party[], streamKey: string | undefined): Speaker[] {
  return parties
    .filter(
      (party) => party.leftAt === undefined && party.streamKey !== undefined && party.streamKey === streamKey,
    )
    .flatMap(({ participantId, aor, name, source }) => {
      if (source === 'unknown') return [];
      const nameId = aor === undefined ? undefined : { aor, ...(name !== undefined && { name }) };
      return [{ source, ...(participantId !== undefined && { participantId }), ...(nameId && { nameId }) }];
    });
}

function outOfOrder(what: string): HoldfastError {
  return new HoldfastError(
    'conflict',
    `The recording session ${what}, so the offer was not applied; open a new session.`,
  );
}
