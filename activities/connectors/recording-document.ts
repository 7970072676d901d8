import type { RecordingDocument, RecordingWithdrawal } from '../../connectors/kit/record.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listMatterTags } from '../../recorder-core/records/matter-tags.ts';
import type { ToldParty } from '../../recorder-core/records/parties.ts';
import type { ToldRecording } from '../../recorder-core/records/told-recordings.ts';
import type { Recording } from '../../recorder-core/records/recordings.ts';

/** What a connection is told of the matters of some recordings, by id; undefined where it is told of none. */
export async function mattersTold(
  tx: Tx,
  { matterTags }: Pick<ConnectionRow, 'matterTags'>,
  ids: readonly string[],
): Promise<(id: string) => readonly string[] | undefined> {
  if (matterTags === 'none') return () => undefined;
  const tags = await listMatterTags(tx, ids, matterTags);
  return (id) => tags.get(id) ?? [];
}

/** A recording as connected systems see it, with its matters where they are told of them. Pure. */
export function recordingDocumentOf(
  tenantId: string,
  recording: ToldRecording,
  parties: readonly ToldParty[],
  link: string,
  matters?: readonly string[],
): RecordingDocument {
  return {
    kind: 'recording',
    schemaVersion: 1,
    id: recording.id,
    tenantId,
    revision: recording.revision,
    startedAt: recording.startedAt,
    endedAt: recording.endedAt,
    durationMs: recording.durationMs,
    parties: parties.map(({ name, address }) => ({ name, address })),
    state: recording.state,
    held: recording.held,
    retainUntil: recording.retainUntil,
    consentOutcome: recording.consent.outcome,
    region: recording.region,
    link,
    callId: recording.callId,
    ...(matters !== undefined && { matters: [...matters] }),
  };
}

/** The wish that a connected system forgets a recording as it stands. Pure. */
export function withdrawalOf(
  tenantId: string,
  { id, revision, held }: Pick<Recording, 'id' | 'revision' | 'held'>,
): RecordingWithdrawal {
  return { kind: 'withdrawal', schemaVersion: 1, id, tenantId, revision, held };
}

/** Whether a connection is not to have a recording, or not any more. Pure. */
export function isUnwanted(
  { state, restriction }: Pick<Recording, 'state'> & { readonly restriction: unknown },
  { mandatory, remains }: Pick<ConnectionRow, 'mandatory' | 'remains'>,
): boolean {
  const leaving = state === 'disposing' || state === 'disposed' || remains === 'withdraw';
  return leaving || (restriction !== null && !mandatory);
}
