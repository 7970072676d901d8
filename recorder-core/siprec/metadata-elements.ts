import { attribute, child, children, texts, type MetadataDraft } from './metadata-draft.ts';
import type { NameId } from './metadata.ts';
import type { XmlElement } from './xml-tree.ts';

/** Reads one top-level element into the draft. */
export type ElementReader = (element: XmlElement, draft: MetadataDraft) => void;

/**
 * The element readers by lower-case local name (RFC 7865 section 6). Each knows both the RFC's
 * form, in which associations stand apart, and that of the drafts, in which they stand inside.
 */
export const ELEMENT_READERS: Readonly<Record<string, ElementReader>> = {
  datamode: readDataMode,
  group: readGroup,
  session: readSession,
  participant: readParticipant,
  stream: readStream,
  sessionrecordingassoc: readSessionRecording,
  participantsessionassoc: readParticipantSession,
  participantstreamassoc: readParticipantStream,
  extensiondata: (element, draft) => {
    draft.keep(element, attribute(element, 'parent'));
  },
  // In the first drafts the recording itself is one element among the others; nothing depends on it.
  recording: (element, draft) => {
    draft.keep(element);
  },
};

function readDataMode(element: XmlElement, draft: MetadataDraft): void {
  const mode = element.text.toLowerCase();
  if (mode === 'partial') draft.dataMode = 'partial';
  else if (mode !== 'complete') draft.warn('metadata_unknown_data_mode');
}

function readGroup(element: XmlElement, draft: MetadataDraft): void {
  const id = draft.id(element, `group#${draft.groups.length}`, 'group_id', 'id');
  draft.groups.push({ id, ...draft.times(element) });
  keepUnknown(element, id, draft, TIMES);
}

function readSession(element: XmlElement, draft: MetadataDraft): void {
  const id = draft.id(element, `session#${draft.sessions.length}`, 'session_id', 'id');
  const groupId = texts(element, 'group-ref')[0] ?? attribute(element, 'group', 'group_id');
  const start = child(element, 'start-time');
  const stop = child(element, 'stop-time');
  draft.sessions.push({
    id,
    ...(groupId !== undefined && { groupId }),
    sipSessionIds: texts(element, 'sipsessionid'),
    reasons: texts(element, 'reason'),
    ...(start && { startTime: draft.time(start) }),
    ...(stop && { stopTime: draft.time(stop) }),
  });
  if (child(element, 'associate-time', 'disassociate-time') !== undefined) {
    draft.sessionRecordings.push({ sessionId: id, ...draft.times(element) });
  }
  keepUnknown(element, id, draft, ['sipsessionid', 'reason', 'group-ref', ...TIMES]);
}

function readParticipant(element: XmlElement, draft: MetadataDraft): void {
  const id = draft.id(element, `participant#${draft.participants.length}`, 'participant_id', 'id');
  draft.participants.push({ id, nameIds: readNameIds(element) });
  const sessionId = attribute(element, 'session', 'session_id');
  if (sessionId !== undefined) {
    const params = texts(element, 'param');
    draft.participantSessions.push({ participantId: id, sessionId, params, ...draft.times(element) });
  }
  if (child(element, 'send', 'recv', 'receive') !== undefined) {
    const receive = texts(element, 'recv', 'receive');
    draft.participantStreams.push({ participantId: id, send: texts(element, 'send'), receive });
  }
  keepUnknown(element, id, draft, ['nameid', 'aor', 'name', 'param', 'send', 'recv', 'receive', ...TIMES]);
}

/** `nameID` with an aor attribute (RFC) or child, or bare `aor` and `name` children (drafts). */
function readNameIds(element: XmlElement): NameId[] {
  const holders = children(element, 'nameid');
  if (holders.length === 0 && child(element, 'aor', 'name') !== undefined) holders.push(element);
  return holders.flatMap((holder) => {
    const name = texts(holder, 'name')[0];
    const aor = attribute(holder, 'aor') ?? texts(holder, 'aor')[0] ?? '';
    if (aor === '' && name === undefined) return [];
    return [name === undefined ? { aor } : { aor, name }];
  });
}

function readStream(element: XmlElement, draft: MetadataDraft): void {
  const label = texts(element, 'label')[0] ?? attribute(element, 'label');
  const fallback = label === undefined ? `stream#${draft.streams.length}` : `label:${label}`;
  const id = draft.id(element, fallback, 'stream_id', 'id');
  const sessionId = attribute(element, 'session_id', 'session');
  const mode = texts(element, 'mode', 'content-type')[0] ?? attribute(element, 'content-type');
  draft.streams.push({
    id,
    ...(sessionId !== undefined && { sessionId }),
    ...(label !== undefined && { label }),
    ...(mode !== undefined && { mode }),
    ...draft.times(element),
  });
  keepUnknown(element, id, draft, ['label', 'mode', 'content-type', ...TIMES]);
}

function readSessionRecording(element: XmlElement, draft: MetadataDraft): void {
  const sessionId = attribute(element, 'session_id', 'session') ?? draft.sessions[0]?.id;
  if (sessionId === undefined) {
    draft.warn('metadata_missing_id');
    return;
  }
  draft.sessionRecordings.push({ sessionId, ...draft.times(element) });
  keepUnknown(element, sessionId, draft, TIMES);
}

function readParticipantSession(element: XmlElement, draft: MetadataDraft): void {
  const participantId = attribute(element, 'participant_id', 'participant');
  const sessionId = attribute(element, 'session_id', 'session') ?? draft.sessions[0]?.id;
  if (participantId === undefined || sessionId === undefined) {
    draft.warn('metadata_missing_id');
    return;
  }
  const params = texts(element, 'param');
  draft.participantSessions.push({ participantId, sessionId, params, ...draft.times(element) });
  keepUnknown(element, participantId, draft, ['param', ...TIMES]);
}

function readParticipantStream(element: XmlElement, draft: MetadataDraft): void {
  const participantId = attribute(element, 'participant_id', 'participant');
  if (participantId === undefined) {
    draft.warn('metadata_missing_id');
    return;
  }
  draft.participantStreams.push({
    participantId,
    send: texts(element, 'send'),
    receive: texts(element, 'recv', 'receive'),
    ...draft.times(element),
  });
  keepUnknown(element, participantId, draft, ['send', 'recv', 'receive', ...TIMES]);
}

const TIMES = ['associate-time', 'disassociate-time', 'start-time', 'stop-time', 'end-time'];

/** Keeps what an element holds beyond the `known` names, tied to the element's id. */
function keepUnknown(element: XmlElement, id: string, draft: MetadataDraft, known: readonly string[]): void {
  for (const item of element.children) {
    if (!known.includes(item.name.toLowerCase())) draft.keep(item, id);
  }
}
