import { xmlDocument, xmlElement, xmlText, xmlTree } from './xml-writer.ts';
import type { Participant, RecordingMetadata } from './metadata.ts';

/** What tells the drafts before RFC 7865 apart. */
export interface DraftForm {
  readonly root: string;
  readonly namespace: string;
  /** `aor` and `name` as children of the participant instead of a `nameID`. */
  readonly bareNames: boolean;
  /** `<send><id>…</id></send>` instead of `<send>…</send>`. */
  readonly nestedSend: boolean;
}

/**
 * Writes metadata in the form of the drafts: `id` and `session` attributes, and `send` inside the
 * participant instead of separate associations. The recording client uses it to play the vendors
 * that still send it.
 */
export function buildDraftMetadata(metadata: RecordingMetadata, form: DraftForm): string {
  const extensions = (parentId?: string): string[] =>
    metadata.extensions.filter((item) => item.parentId === parentId).map((item) => xmlTree(item.element));
  const extensionData = (parentId?: string): string[] => {
    const inside = extensions(parentId);
    return inside.length === 0 ? [] : [xmlElement('extensiondata', { parent: parentId }, inside)];
  };
  return xmlDocument(
    xmlElement(form.root, { xmlns: form.namespace }, [
      xmlText('dataMode', metadata.dataMode),
      ...metadata.groups.map((group) => xmlElement('group', { id: group.id })),
      ...metadata.sessions.map((session) => {
        const recorded = metadata.sessionRecordings.find((item) => item.sessionId === session.id);
        return xmlElement('session', { id: session.id, group: session.groupId }, [
          ...(recorded?.associateTime
            ? [xmlText('associate-time', withoutZone(recorded.associateTime.raw))]
            : []),
          ...extensionData(session.id),
        ]);
      }),
      ...metadata.participants.map((participant) =>
        buildParticipant(metadata, participant, form, extensionData(participant.id)),
      ),
      ...metadata.streams.map((stream) =>
        xmlElement('stream', { id: stream.id, session: stream.sessionId }, [
          ...(stream.label === undefined ? [] : [xmlText('label', stream.label)]),
          xmlText('mode', stream.mode ?? 'separate'),
        ]),
      ),
    ]),
  );
}

function buildParticipant(
  metadata: RecordingMetadata,
  participant: Participant,
  form: DraftForm,
  extensionData: readonly string[],
): string {
  const member = metadata.participantSessions.find((item) => item.participantId === participant.id);
  const sends = metadata.participantStreams.find((item) => item.participantId === participant.id)?.send ?? [];
  const names = participant.nameIds.map(({ aor, name }) => {
    const named = name === undefined ? [] : [xmlText('name', name)];
    return form.bareNames ? [xmlText('aor', aor), ...named].join('') : xmlElement('nameID', { aor }, named);
  });
  return xmlElement('participant', { id: participant.id, session: member?.sessionId }, [
    ...names,
    ...sends.map((id) =>
      form.nestedSend ? xmlElement('send', {}, [xmlText('id', id)]) : xmlText('send', id),
    ),
    ...(member?.associateTime ? [xmlText('associate-time', withoutZone(member.associateTime.raw))] : []),
    ...(member?.disassociateTime
      ? [xmlText('disassociate-time', withoutZone(member.disassociateTime.raw))]
      : []),
    ...extensionData,
  ]);
}

/** The drafts' products write local times without saying which zone. */
function withoutZone(time: string): string {
  return time.replace(/(\.\d+)?(Z|[+-]\d\d:?\d\d)$/, '');
}
