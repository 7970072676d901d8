import { xmlDocument, xmlElement, xmlText, xmlTree } from './xml-writer.ts';
import type {
  AssociationTimes,
  MetadataTime,
  NameId,
  ParticipantSessionAssociation,
  ParticipantStreamAssociation,
  RecordingMetadata,
  Session,
  Stream,
} from './metadata.ts';

/** The namespace of RFC 7865 section 13.1. */
export const METADATA_NAMESPACE = 'urn:ietf:params:xml:ns:recording:1';

/** Small departures from RFC 7865 that real sources make. */
export interface BuildOptions {
  /** `datamode` in the RFC, `dataMode` in many products. */
  readonly dataModeName?: string;
  /** Replaces every stream id in the `stream` elements. */
  readonly streamId?: string;
  /** Each participant is followed by its membership and by the stream of its place, as CUBE writes it. */
  readonly interleaved?: boolean;
  /** `urn:ietf:params:xml:ns:recording:1` in the RFC; older products leave the version out. */
  readonly namespace?: string;
}

/**
 * Writes complete or partial metadata as RFC 7865 section 10 has it, in the schema's order of
 * elements. Reading it back gives the same metadata, characters that XML forbids left out.
 */
export function buildMetadata(metadata: RecordingMetadata, options: BuildOptions = {}): string {
  const extensions = (parentId?: string): string[] =>
    metadata.extensions.filter((item) => item.parentId === parentId).map((item) => xmlTree(item.element));
  const groups = metadata.groups.map((group) =>
    xmlElement('group', { group_id: group.id }, [...times(group), ...extensions(group.id)]),
  );
  const sessions = metadata.sessions.map((session) => buildSession(session, extensions(session.id)));
  const participants = metadata.participants.map((participant) =>
    xmlElement('participant', { participant_id: participant.id }, [
      ...participant.nameIds.map(buildNameId),
      ...extensions(participant.id),
    ]),
  );
  const streams = metadata.streams.map((stream) => buildStream(stream, options, extensions(stream.id)));
  const recordings = metadata.sessionRecordings.map((item) =>
    xmlElement('sessionrecordingassoc', { session_id: item.sessionId }, times(item)),
  );
  const memberships = metadata.participantSessions.map(buildMembership);
  const media = metadata.participantStreams.map(buildParticipantStream);
  const entities = [participants, streams, recordings, memberships];
  return xmlDocument(
    xmlElement('recording', { xmlns: options.namespace ?? METADATA_NAMESPACE }, [
      xmlText(options.dataModeName ?? 'datamode', metadata.dataMode),
      ...groups,
      ...sessions,
      ...(options.interleaved
        ? interleave([participants, memberships, streams, recordings])
        : entities.flat()),
      ...media,
      ...extensions(),
    ]),
  );
}

/** The first of each list, then the second of each, and so on. */
function interleave(lists: readonly (readonly string[])[]): string[] {
  const rounds = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: rounds }, (_, round) => lists.flatMap((list) => list[round] ?? [])).flat();
}

function buildMembership(item: ParticipantSessionAssociation): string {
  return xmlElement(
    'participantsessionassoc',
    { participant_id: item.participantId, session_id: item.sessionId },
    [...times(item), ...item.params.map((param) => xmlText('param', param))],
  );
}

function buildParticipantStream(item: ParticipantStreamAssociation): string {
  return xmlElement('participantstreamassoc', { participant_id: item.participantId }, [
    ...item.send.map((id) => xmlText('send', id)),
    ...item.receive.map((id) => xmlText('recv', id)),
    ...times(item),
  ]);
}

function buildSession(session: Session, extensions: readonly string[]): string {
  return xmlElement('session', { session_id: session.id }, [
    ...session.sipSessionIds.map((id) => xmlText('sipSessionID', id)),
    ...session.reasons.map((reason) => xmlText('reason', reason)),
    ...(session.groupId === undefined ? [] : [xmlText('group-ref', session.groupId)]),
    ...time('start-time', session.startTime),
    ...time('stop-time', session.stopTime),
    ...extensions,
  ]);
}

function buildStream(stream: Stream, options: BuildOptions, extensions: readonly string[]): string {
  const attributes = { stream_id: options.streamId ?? stream.id, session_id: stream.sessionId };
  return xmlElement('stream', { ...attributes, 'content-type': stream.mode }, [
    ...(stream.label === undefined ? [] : [xmlText('label', stream.label)]),
    ...times(stream),
    ...extensions,
  ]);
}

function buildNameId(nameId: NameId): string {
  return xmlElement(
    'nameID',
    { aor: nameId.aor },
    nameId.name === undefined ? [] : [xmlText('name', nameId.name)],
  );
}

function times(item: AssociationTimes): string[] {
  return [...time('associate-time', item.associateTime), ...time('disassociate-time', item.disassociateTime)];
}

function time(name: string, value: MetadataTime | undefined): string[] {
  return value === undefined ? [] : [xmlText(name, value.raw)];
}
