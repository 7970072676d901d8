import type { NameId, RecordingMetadata } from '../metadata.ts';

/** Gives every participant's names as `change` has them. */
export function withNames(
  metadata: RecordingMetadata,
  change: (nameId: NameId) => NameId,
): RecordingMetadata {
  const participants = metadata.participants.map((participant) => ({
    ...participant,
    nameIds: participant.nameIds.map(change),
  }));
  return { ...metadata, participants };
}

/** An address of record with its scheme: `user@host` is a SIP address; a bare number stays as it is. */
export function withScheme(nameId: NameId): NameId {
  const bare = /^[^:@\s]+@[^@\s]+$/.test(nameId.aor);
  return bare ? { ...nameId, aor: `sip:${nameId.aor}` } : nameId;
}

/** The user part of an address of record, without scheme and host. */
export function userPart(aor: string): string {
  return aor.replace(/^(sips?|tel):/i, '').replace(/[@;].*$/, '');
}
