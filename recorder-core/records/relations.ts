import type { Tx } from './database.ts';

export type IdentityKind = 'session' | 'call' | 'group' | 'participant';

/** One thing by which a recording can be recognised, as a digest. */
export interface IdentityRow {
  readonly kind: IdentityKind;
  readonly digest: Buffer;
}

/** A recording that shares an identity with another, as far as their relation depends on it. */
export interface IdentifiedRecording {
  readonly id: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly groupSequence: number | null;
  readonly identity: readonly IdentityRow[];
}

export type RelationKind = 'same-call' | 'continuation' | 'same-group';

/** Another recording that belongs to one. */
export interface RelatedRecording {
  readonly recordingId: string;
  readonly kind: RelationKind;
}

/** A call has a handful of legs; a group that a source never ends must not make every commit slower. */
const MAX_CANDIDATES = 32;

/** Stores by what a recording can be recognised. Idempotent. */
export async function insertIdentity(
  tx: Tx,
  tenantId: string,
  recordingId: string,
  identity: readonly IdentityRow[],
): Promise<void> {
  await tx.query(
    `insert into recording_identity (tenant_id, recording_id, kind, digest)
     select $1, $2, kind, digest from unnest($3::text[], $4::bytea[]) as given (kind, digest)
     on conflict do nothing`,
    [tenantId, recordingId, identity.map(({ kind }) => kind), identity.map(({ digest }) => digest)],
  );
}

/** The newest recordings that share anything but a participant with this one. */
export async function readCandidates(tx: Tx, recordingId: string): Promise<IdentifiedRecording[]> {
  const { rows } = await tx.query<
    Omit<IdentifiedRecording, 'identity'> & { kinds: IdentityKind[]; digests: Buffer[] }
  >(
    `with shared as (
       select distinct other.tenant_id, other.recording_id
         from recording_identity own
         join recording_identity other
           on other.tenant_id = own.tenant_id and other.digest = own.digest and other.kind = own.kind
        where own.recording_id = $1 and own.kind <> 'participant'
          and other.kind <> 'participant' and other.recording_id <> $1
        order by other.recording_id desc
        limit $2)
     select r.id, r.started_at as "startedAt", r.ended_at as "endedAt", r.group_sequence as "groupSequence",
            array_agg(i.kind order by i.kind, i.digest) as kinds, array_agg(i.digest order by i.kind, i.digest) as digests
       from shared s
       join recording r on r.tenant_id = s.tenant_id and r.id = s.recording_id
       join recording_identity i on i.tenant_id = s.tenant_id and i.recording_id = s.recording_id
      group by r.tenant_id, r.id, r.started_at, r.ended_at, r.group_sequence`,
    [recordingId, MAX_CANDIDATES],
  );
  return rows.map(({ kinds, digests, ...recording }) => ({
    ...recording,
    identity: kinds.flatMap((kind, index) => {
      const digest = digests[index];
      return digest === undefined ? [] : [{ kind, digest }];
    }),
  }));
}

/** Notes how a recording belongs to others. Idempotent. */
export async function insertRelations(
  tx: Tx,
  tenantId: string,
  recordingId: string,
  related: readonly RelatedRecording[],
): Promise<void> {
  await tx.query(
    `insert into recording_relation (tenant_id, recording_id, related_id, kind)
     select $1, $2, related_id, kind from unnest($3::uuid[], $4::text[]) as given (related_id, kind)
     on conflict do nothing`,
    [tenantId, recordingId, related.map(({ recordingId: id }) => id), related.map(({ kind }) => kind)],
  );
}

/** The recordings that belong to one, whichever of the two was committed first. */
export async function readRelations(tx: Tx, recordingId: string): Promise<RelatedRecording[]> {
  const { rows } = await tx.query<RelatedRecording>(
    `select related_id as "recordingId", kind from recording_relation where recording_id = $1
     union all
     select recording_id, kind from recording_relation where related_id = $1
     order by 1`,
    [recordingId],
  );
  return rows;
}
