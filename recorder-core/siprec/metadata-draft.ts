import { parseMetadataTime } from './metadata-time.ts';
import { distinctWarnings, warning, type RecordingWarning, type WarningCode } from './warnings.ts';
import type { XmlElement } from './xml-tree.ts';
import type {
  AssociationTimes,
  DataMode,
  ExtensionData,
  Group,
  MetadataTime,
  Participant,
  ParticipantSessionAssociation,
  ParticipantStreamAssociation,
  RecordingMetadata,
  Session,
  SessionRecordingAssociation,
  Stream,
} from './metadata.ts';

/** What has been read of a document so far; element readers add to it. */
export class MetadataDraft {
  /** Set by the document; RFC 7865 section 6.1.2 makes complete the default. */
  dataMode: DataMode = 'complete';
  readonly groups: Group[] = [];
  readonly sessions: Session[] = [];
  readonly participants: Participant[] = [];
  readonly streams: Stream[] = [];
  readonly sessionRecordings: SessionRecordingAssociation[] = [];
  readonly participantSessions: ParticipantSessionAssociation[] = [];
  readonly participantStreams: ParticipantStreamAssociation[] = [];
  readonly extensions: ExtensionData[] = [];
  readonly #warnings: RecordingWarning[] = [];

  warn(code: WarningCode, label?: string): void {
    this.#warnings.push(warning(code, label));
  }

  /** Keeps an element the model has no place for; `extensiondata` is a mere wrapper and is taken off. */
  keep(element: XmlElement, parentId?: string): void {
    const wrapped = element.name.toLowerCase() === 'extensiondata' && element.children.length > 0;
    for (const item of wrapped ? element.children : [element]) {
      this.extensions.push(parentId === undefined ? { element: item } : { parentId, element: item });
    }
  }

  time(element: XmlElement): MetadataTime {
    const time = parseMetadataTime(element.text);
    if (time.epochMs === undefined) this.warn('metadata_bad_time');
    return time;
  }

  /** The times inside an element, under their RFC 7865 names or those of the drafts. */
  times(element: XmlElement): AssociationTimes {
    const start = child(element, 'associate-time', 'start-time');
    const end = child(element, 'disassociate-time', 'stop-time', 'end-time');
    return {
      ...(start && { associateTime: this.time(start) }),
      ...(end && { disassociateTime: this.time(end) }),
    };
  }

  /** An element's own identifier, or one made from `fallback` with a warning: never empty. */
  id(element: XmlElement, fallback: string, ...names: string[]): string {
    const id = attribute(element, ...names);
    if (id !== undefined) return id;
    this.warn('metadata_missing_id');
    return fallback;
  }

  warnings(): RecordingWarning[] {
    return distinctWarnings(this.#warnings);
  }

  metadata(): RecordingMetadata {
    const { dataMode, groups, sessions, participants, streams, extensions } = this;
    const { sessionRecordings, participantSessions, participantStreams } = this;
    return {
      dataMode,
      groups,
      sessions,
      participants,
      streams,
      sessionRecordings,
      participantSessions,
      participantStreams,
      extensions,
    };
  }
}

/** The first non-empty attribute of the given local names. */
export function attribute(element: XmlElement, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = element.attributes[name]?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** The children of the given lower-case names, whatever their case in the document. */
export function children(element: XmlElement, ...names: string[]): XmlElement[] {
  return element.children.filter((item) => names.includes(item.name.toLowerCase()));
}

/** The first child of the given lower-case names. */
export function child(element: XmlElement, ...names: string[]): XmlElement | undefined {
  return children(element, ...names)[0];
}

/** The non-empty texts of the children of the given names; a nested `id` counts as text (BroadWorks). */
export function texts(element: XmlElement, ...names: string[]): string[] {
  return children(element, ...names)
    .map((item) => item.text || (child(item, 'id')?.text ?? ''))
    .filter((text) => text !== '');
}
