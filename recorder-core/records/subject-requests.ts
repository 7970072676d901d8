import type { LeafPerson } from './leaf-people.ts';
import type { RequestKind, RequestPause } from '../policy/clock-rows.ts';
import { requestStateAfter, type RequestEvent, type RequestState } from '../policy/subject-request.ts';
import type { Tx } from './database.ts';

/** For what a request waits, from when until when; null while it waits. */
export interface RequestWait {
  readonly for: RequestPause;
  readonly from: string;
  readonly to: string | null;
}

/** What a refusal says: why, by which rule or article, when it is looked at again, and where one can complain. */
export interface RequestRefusal {
  readonly reason: string;
  readonly ground: string;
  readonly reviewAt: string | null;
}

/** A person's request. Instants are RFC 3339; `person` and `contact` are gone once the person was erased. */
export interface SubjectRequest {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly person: string | null;
  readonly contact: string | null;
  readonly places: readonly string[];
  readonly source: 'console' | 'command-line' | 'api' | 'event';
  readonly receivedAt: string;
  readonly openedBy: string | null;
  /** Who looks after it; null: nobody any more, or nobody yet. */
  readonly owner: LeafPerson | null;
  /** The connection that told it and what its system calls it; both or none. */
  readonly connectionId: string | null;
  readonly externalId: string | null;
  /** How it was made sure who asks; null until it was. */
  readonly evidence: string | null;
  readonly verifiedAt: string | null;
  readonly extendedAt: string | null;
  readonly extensionReason: string | null;
  readonly pauses: readonly RequestWait[];
  /** When the first answer is due, as it was computed last; null without a clock. */
  readonly dueAt: string | null;
  readonly reminders: number;
  readonly approvalId: string | null;
  readonly approvalKind: 'request-erasure' | 'request-refusal' | null;
  readonly refusal: RequestRefusal | null;
  /** An earlier request of the same person for the same, still open when this one came. */
  readonly duplicateOf: string | null;
  /** The export by which a copy is given. */
  readonly exportId: string | null;
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly endedAt: string | null;
}

type Dated = 'receivedAt' | 'verifiedAt' | 'extendedAt' | 'dueAt' | 'endedAt';
type RequestRow = Omit<SubjectRequest, Dated> & Readonly<Record<Dated, Date | null>>;

const SELECT = `
  select id, kind, state, person, contact, places, source, received_at as "receivedAt", opened_by as "openedBy",
         (select jsonb_build_object('id', u.id, 'name', u.name) from app_user u
           where u.tenant_id = subject_request.tenant_id and u.id = owner_id) as owner,
         connection_id as "connectionId", external_id as "externalId", evidence,
         verified_at as "verifiedAt", extended_at as "extendedAt", extension_reason as "extensionReason", pauses,
         due_at as "dueAt", reminders, approval_id as "approvalId",
         approval_kind as "approvalKind", refusal, duplicate_of as "duplicateOf", export_id as "exportId", answer,
         ended_at as "endedAt"
    from subject_request`;

function fromRow(row: RequestRow): SubjectRequest {
  return {
    ...row,
    receivedAt: row.receivedAt?.toISOString() ?? '',
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    extendedAt: row.extendedAt?.toISOString() ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** What a request brings to its first row. */
export type NewRequest = Pick<
  SubjectRequest,
  | 'id'
  | 'kind'
  | 'person'
  | 'contact'
  | 'places'
  | 'source'
  | 'receivedAt'
  | 'openedBy'
  | 'dueAt'
  | 'duplicateOf'
> &
  Partial<Pick<SubjectRequest, 'connectionId' | 'externalId'>>;

/** Adds a request, waiting for proof of identity; answers false, and changes nothing, where it is there already. */
export async function insertRequest(tx: Tx, tenantId: string, asked: NewRequest): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into subject_request (tenant_id, id, kind, person, contact, places, source, received_at, opened_by, due_at,
                                  duplicate_of, pauses, connection_id, external_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing`,
    [
      tenantId,
      asked.id,
      asked.kind,
      asked.person,
      asked.contact,
      asked.places,
      asked.source,
      asked.receivedAt,
      asked.openedBy,
      asked.dueAt,
      asked.duplicateOf,
      JSON.stringify([{ for: 'identity', from: asked.receivedAt, to: null }]),
      asked.connectionId ?? null,
      asked.externalId ?? null,
    ],
  );
  return rowCount === 1;
}

/** One request, or undefined. */
export async function readRequest(tx: Tx, id: string): Promise<SubjectRequest | undefined> {
  const { rows } = await tx.query<RequestRow>(`${SELECT} where id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** The request that a connected system told of under its own id. */
export async function findRequestOf(
  tx: Tx,
  connectionId: string,
  externalId: string,
): Promise<SubjectRequest | undefined> {
  const { rows } = await tx.query<RequestRow>(`${SELECT} where connection_id = $1 and external_id = $2`, [
    connectionId,
    externalId,
  ]);
  return rows[0] && fromRow(rows[0]);
}

/** One request under a row lock. */
export async function lockRequest(tx: Tx, id: string): Promise<SubjectRequest | undefined> {
  const { rowCount } = await tx.query('select from subject_request where id = $1 for update', [id]);
  return rowCount === 1 ? readRequest(tx, id) : undefined;
}

/** The newest requests, at most 500; open ones first, those due first at the front. */
export async function listRequests(tx: Tx): Promise<SubjectRequest[]> {
  const { rows } = await tx.query<RequestRow>(
    `${SELECT} order by ended_at is not null, due_at nulls last, received_at desc, id desc limit 500`,
  );
  return rows.map(fromRow);
}

/** What an event or a step brings to the row; what is left out stays. */
export interface RequestChange {
  readonly evidence?: string;
  readonly verifiedAt?: string;
  readonly verifiedBy?: string;
  readonly extendedAt?: string;
  readonly extensionReason?: string;
  readonly pauses?: readonly RequestWait[];
  readonly dueAt?: string;
  readonly reminders?: number;
  readonly approvalId?: string;
  readonly approvalKind?: string;
  readonly exportId?: string;
  readonly refusal?: RequestRefusal;
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly endedAt?: string;
}

const COLUMN: Readonly<Record<keyof RequestChange, string>> = {
  evidence: 'evidence',
  verifiedAt: 'verified_at',
  verifiedBy: 'verified_by',
  extendedAt: 'extended_at',
  extensionReason: 'extension_reason',
  pauses: 'pauses',
  dueAt: 'due_at',
  reminders: 'reminders',
  approvalId: 'approval_id',
  approvalKind: 'approval_kind',
  exportId: 'export_id',
  refusal: 'refusal',
  answer: 'answer',
  endedAt: 'ended_at',
};
const JSON_COLUMNS: readonly string[] = ['pauses', 'refusal', 'answer'];

/** Changes a locked request without moving it. */
export async function changeRequest(tx: Tx, id: string, change: RequestChange): Promise<void> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return;
  const sets = entries.map(([name], i) => `${COLUMN[name as keyof RequestChange]} = $${i + 2}`).join(', ');
  const values = entries.map(([name, value]) =>
    JSON_COLUMNS.includes(name) ? JSON.stringify(value) : value,
  );
  await tx.query(`update subject_request set ${sets} where id = $1`, [id, ...values]);
}

/** Moves a locked request by an event; answers the new state, or undefined where that cannot happen in its state. */
export async function moveRequest(
  tx: Tx,
  { id, state }: Pick<SubjectRequest, 'id' | 'state'>,
  event: RequestEvent,
  change: RequestChange = {},
): Promise<RequestState | undefined> {
  const next = requestStateAfter(state, event);
  if (next === undefined) return undefined;
  await tx.query('update subject_request set state = $2 where id = $1 and state = $3', [id, next, state]);
  await changeRequest(tx, id, change);
  return next;
}

/** By what a person is found, and for which time it was theirs. `value` is null once the person was erased. */
export interface RequestIdentifier {
  readonly id: string;
  readonly kind: 'number' | 'address' | 'name';
  readonly value: string | null;
  readonly digest: string | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

/** Adds identifiers of a request. */
export async function insertIdentifiers(
  tx: Tx,
  tenantId: string,
  requestId: string,
  identifiers: readonly Omit<RequestIdentifier, 'digest'>[],
): Promise<void> {
  for (const { id, kind, value, validFrom, validUntil } of identifiers)
    await tx.query(
      `insert into request_identifier (tenant_id, id, request_id, kind, value, valid_from, valid_until)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [tenantId, id, requestId, kind, value, validFrom, validUntil],
    );
}

/** The identifiers of a request. */
export async function readIdentifiers(tx: Tx, requestId: string): Promise<RequestIdentifier[]> {
  const { rows } = await tx.query<
    Omit<RequestIdentifier, 'validFrom' | 'validUntil'> & { validFrom: Date | null; validUntil: Date | null }
  >(
    `select id, kind, value, encode(digest, 'hex') as digest, valid_from as "validFrom", valid_until as "validUntil"
       from request_identifier where request_id = $1 order by id`,
    [requestId],
  );
  return rows.map((row) => ({
    ...row,
    validFrom: row.validFrom?.toISOString() ?? null,
    validUntil: row.validUntil?.toISOString() ?? null,
  }));
}

/** An open request for the same by somebody with the same identifier; the oldest. */
export async function findDuplicate(
  tx: Tx,
  { kind, identifiers }: { readonly kind: RequestKind; readonly identifiers: readonly string[] },
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `select r.id from subject_request r join request_identifier n on n.tenant_id = r.tenant_id and n.request_id = r.id
      where r.kind = $1 and r.ended_at is null and n.value = any ($2) order by r.received_at, r.id limit 1`,
    [kind, identifiers],
  );
  return rows[0]?.id;
}

/** Puts digests in the place of what names the person, and forgets who it was; the request stands as it did. */
export async function forgetRequester(
  tx: Tx,
  requestId: string,
  digestOf: (value: string) => Buffer,
): Promise<void> {
  for (const { id, value } of await readIdentifiers(tx, requestId)) {
    if (value === null) continue;
    await tx.query('update request_identifier set value = null, digest = $2 where id = $1', [
      id,
      digestOf(value),
    ]);
  }
  await tx.query('update subject_request set person = null, contact = null where id = $1', [requestId]);
}
