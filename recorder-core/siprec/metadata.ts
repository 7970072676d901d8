/**
 * The recording metadata model of RFC 7865 section 6, as plain immutable data.
 *
 * Every dialect is brought into this one shape by the parser: what older drafts
 * write inside a participant or a session becomes an association here.
 */
import type { XmlElement } from './xml-tree.ts';
import type { RecordingWarning } from './warnings.ts';

/** RFC 7865 section 6.1.2: `complete` replaces what is known, `partial` adds to it. */
export type DataMode = 'complete' | 'partial';

/** A time as the source wrote it; `epochMs` is absent when it makes no sense. */
export interface MetadataTime {
  readonly raw: string;
  readonly epochMs?: number;
}

/** One name of a participant: an address of record (SIP, tel or a bare number) and a display name. */
export interface NameId {
  readonly aor: string;
  readonly name?: string;
}

/** How long an association holds, by the source's clock. */
export interface AssociationTimes {
  readonly associateTime?: MetadataTime;
  readonly disassociateTime?: MetadataTime;
}

/** A group of communication sessions that belong together (RFC 7865 section 6.2). */
export interface Group extends AssociationTimes {
  readonly id: string;
}

/** A communication session (RFC 7865 section 6.3). */
export interface Session {
  readonly id: string;
  readonly groupId?: string;
  readonly sipSessionIds: readonly string[];
  readonly reasons: readonly string[];
  readonly startTime?: MetadataTime;
  readonly stopTime?: MetadataTime;
}

/** A participant (RFC 7865 section 6.4); `placeholder` marks a stand-in that a source sends before it knows better. */
export interface Participant {
  readonly id: string;
  readonly nameIds: readonly NameId[];
  readonly placeholder?: true;
}

/** A media stream (RFC 7865 section 6.5); the label ties it to an SDP media line (RFC 4574). Only drafts give it times. */
export interface Stream extends AssociationTimes {
  readonly id: string;
  readonly sessionId?: string;
  readonly label?: string;
  /** `mixed` or `separate` where the source says so. */
  readonly mode?: string;
}

/** A session's membership of the recording (RFC 7865 section 6.7). */
export interface SessionRecordingAssociation extends AssociationTimes {
  readonly sessionId: string;
}

/** A participant's membership of a session (RFC 7865 section 6.8). */
export interface ParticipantSessionAssociation extends AssociationTimes {
  readonly participantId: string;
  readonly sessionId: string;
  readonly params: readonly string[];
}

/** The streams a participant sends and receives (RFC 7865 section 6.9), as stream ids. */
export interface ParticipantStreamAssociation extends AssociationTimes {
  readonly participantId: string;
  readonly send: readonly string[];
  readonly receive: readonly string[];
}

/** An element the model does not know, kept whole, with the id of the element it stands in or points to. */
export interface ExtensionData {
  readonly parentId?: string;
  readonly element: XmlElement;
}

/** What one metadata document says, in document order. */
export interface RecordingMetadata {
  readonly dataMode: DataMode;
  readonly groups: readonly Group[];
  readonly sessions: readonly Session[];
  readonly participants: readonly Participant[];
  readonly streams: readonly Stream[];
  readonly sessionRecordings: readonly SessionRecordingAssociation[];
  readonly participantSessions: readonly ParticipantSessionAssociation[];
  readonly participantStreams: readonly ParticipantStreamAssociation[];
  readonly extensions: readonly ExtensionData[];
}

/**
 * What vendors tell beside the standard, under names common to all of them: ids that tie recordings
 * and records of other systems together, numbers as dialed, what kind of call it is.
 */
export type CallFactName =
  | 'ucid'
  | 'genesys_uuid'
  | 'session_id'
  | 'call_id'
  | 'global_call_id'
  | 'call_reference'
  | 'external_tracking_id'
  | 'group_sequence'
  | 'transferred_group'
  | 'transfer_action'
  | 'calling_party'
  | 'calling_number'
  | 'called_number'
  | 'dialed_digits'
  | 'recorded_party'
  | 'from_header'
  | 'to_header'
  | 'call_type'
  | 'recording_type'
  | 'recording_indication'
  | 'recording_preference'
  | 'record_aware'
  | 'realm'
  | 'request_uri';

/** A fact from vendor extension data or vendor headers. */
export interface CallFact {
  readonly name: CallFactName;
  readonly value: string;
  /** The id of the session, group or participant it is said of. */
  readonly subjectId?: string;
}

/** A read document: its content, the dialect it is written in, the facts and oddities found. */
export interface MetadataDocument {
  readonly metadata: RecordingMetadata;
  readonly dialect: string;
  readonly facts: readonly CallFact[];
  readonly warnings: readonly RecordingWarning[];
}
