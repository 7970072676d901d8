import type { NoteKind } from '../policy/consent-standing.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaves, type LeafEntry } from './ledger-log.ts';

/** What was played or shown to a party, by id and the digest of its exact version. */
export interface Prompt {
  readonly id: string;
  readonly sha256: string | null;
  readonly language: string | null;
}

/** Something said or given about consent; never changed once it stands. */
export interface ConsentEvidence {
  readonly id: string;
  readonly recordingId: string;
  /** Rows of the parties it is about; null: those on the line `label`, or everybody where that is null too. */
  readonly partyOrdinals: readonly number[] | null;
  readonly label: string | null;
  readonly kind: NoteKind;
  /** Null: for every purpose. */
  readonly purpose: string | null;
  readonly saidAt: string;
  /** Where it is heard in the recording, in milliseconds from its start. */
  readonly offsetMs: number | null;
  readonly prompt: Prompt | null;
  /** Who brought it: signalling, a line's preference, the API, an inbound event, a change of consent. */
  readonly source: 'sip' | 'sdp' | 'api' | 'event' | 'change';
  readonly notedAt: string;
}

export type NewEvidence = Omit<ConsentEvidence, 'notedAt'>;

/**
 * Adds evidence, each with its leaf, in the running transaction. Idempotent by id; answers the ids that were added.
 * `person` is who noted it, where somebody did.
 */
export async function insertEvidence(
  tx: Tx,
  tenantId: string,
  evidence: readonly NewEvidence[],
  at: Date,
  person?: LeafPerson,
): Promise<string[]> {
  if (evidence.length === 0) return [];
  const { rows } = await tx.query<{ id: string }>(
    `insert into consent_evidence (tenant_id, id, recording_id, party_ordinals, label, kind, purpose, said_at, offset_ms,
                                   prompt_id, prompt_sha256, language, source, given_by, noted_at)
     select $1, id, recording_id, party_ordinals, label, kind, purpose, said_at, offset_ms, prompt_id, prompt_sha256,
            language, source, $3, $4
       from jsonb_to_recordset($2::jsonb)
         as e (id uuid, recording_id uuid, party_ordinals jsonb, label text, kind text, purpose text,
               said_at timestamptz, offset_ms bigint, prompt_id text, prompt_sha256 text, language text, source text)
     on conflict do nothing returning id`,
    [tenantId, JSON.stringify(evidence.map(rowOf)), person?.id ?? null, at.toISOString()],
  );
  const added = new Set(rows.map(({ id }) => id));
  await appendLeaves(
    tx,
    tenantId,
    evidence
      .filter(({ id }) => added.has(id))
      .map((one) => ({ leaf: leafOf(one, at), ...(person && { personal: actedBy(person) }) })),
  );
  return [...added];
}

/** Everything that was said about consent in one recording, in the order in which it was said. */
export async function listEvidence(tx: Tx, recordingId: string): Promise<ConsentEvidence[]> {
  const { rows } = await tx.query<EvidenceRow>(
    `select id, recording_id as "recordingId", party_ordinals as "partyOrdinals", label, kind, purpose,
            said_at as "saidAt", offset_ms as "offsetMs", prompt_id as "promptId", prompt_sha256 as "promptSha256",
            language, source, noted_at as "notedAt"
       from consent_evidence where recording_id = $1 order by said_at, id`,
    [recordingId],
  );
  return rows.map(({ promptId, promptSha256, language, saidAt, notedAt, ...row }) => ({
    ...row,
    saidAt: saidAt.toISOString(),
    notedAt: notedAt.toISOString(),
    prompt: promptId === null ? null : { id: promptId, sha256: promptSha256, language },
  }));
}

interface EvidenceRow extends Omit<ConsentEvidence, 'prompt' | 'saidAt' | 'notedAt'> {
  readonly saidAt: Date;
  readonly notedAt: Date;
  readonly promptId: string | null;
  readonly promptSha256: string | null;
  readonly language: string | null;
}

function rowOf({ prompt, recordingId, partyOrdinals, saidAt, offsetMs, ...rest }: NewEvidence) {
  return {
    ...rest,
    recording_id: recordingId,
    party_ordinals: partyOrdinals,
    said_at: saidAt,
    offset_ms: offsetMs,
    prompt_id: prompt?.id ?? null,
    prompt_sha256: prompt?.sha256 ?? null,
    language: prompt?.language ?? null,
  };
}

function leafOf(evidence: NewEvidence, at: Date): LeafEntry['leaf'] {
  const { id, recordingId, kind, purpose, saidAt, offsetMs, prompt, source, partyOrdinals, label } = evidence;
  return {
    at,
    act: 'consent.noted',
    object: { type: 'recording', id: recordingId },
    outcome: 'done' as const,
    facts: {
      evidence: id,
      kind,
      purpose,
      saidAt,
      offsetMs,
      source,
      parties: partyOrdinals === null ? null : [...partyOrdinals],
      label,
      prompt: prompt === null ? null : { id: prompt.id, sha256: prompt.sha256, language: prompt.language },
    },
  };
}
