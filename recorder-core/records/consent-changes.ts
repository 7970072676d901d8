import { createHash } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import type { ChangeAction, ChangeEffect, ChangeKind } from '../policy/consent-change.ts';
import { plainAddress } from './call-identity.ts';
import type { Tx } from './database.ts';
import { actedBy, type LeafPerson } from './leaf-people.ts';
import { appendLeaf } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';

/** A party's later word on consent, or a person's on a conflict, and how far it has been carried out. */
export interface ConsentChange {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly effect: ChangeEffect;
  /** Null: for every purpose. */
  readonly purpose: string | null;
  /** This recording alone; null: all in which the party speaks. */
  readonly recordingId: string | null;
  /** With a recording: these parties of it; null: everybody. */
  readonly partyOrdinals: readonly number[] | null;
  /** Personal; null once it has been carried out. */
  readonly address: string | null;
  readonly addressFrom: string | null;
  readonly addressTo: string | null;
  readonly saidAt: string;
  readonly source: 'api' | 'event' | 'approval';
  readonly reason: string;
  readonly askedBy: string | null;
  readonly askedAt: string;
  readonly state: 'asked' | 'done';
  readonly endedAt: string | null;
}

/** What came of a change for one recording. `failed` is tried again. */
export interface ConsentChangeItem {
  readonly changeId: string;
  readonly recordingId: string;
  readonly action: ChangeAction['action'] | 'failed';
  readonly ground: string;
  readonly rules: readonly string[];
  readonly keptUntil: string | null;
  readonly partDisposalId: string | null;
  readonly decidedAt: string;
}

/** What is asked; `id` is the caller's, so that asking again with it asks once. */
export type NewConsentChange = Pick<
  ConsentChange,
  'id' | 'kind' | 'effect' | 'purpose' | 'recordingId' | 'partyOrdinals' | 'saidAt' | 'source' | 'reason'
> & {
  readonly address?: string | undefined;
  readonly addressFrom?: string | undefined;
  readonly addressTo?: string | undefined;
};

/** In which transaction, when and on whose behalf; without a person another system or the product itself. */
export interface Changing {
  readonly tenantId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  readonly by?: LeafPerson | undefined;
}

/** Bound to the tenant, as other identities are; recognises a party whose address is kept no more. */
export function partyDigest(tenantId: string, address: string): Buffer | undefined {
  const plain = plainAddress(address);
  if (plain === undefined) return undefined;
  return createHash('sha256').update(`holdfast/consent-party/v1 ${tenantId} ${plain}`).digest();
}

/**
 * Takes a change: its row, its leaf and the message that starts the workflow `consentChange`, in the running transaction.
 * Idempotent by id. @throws HoldfastError `invalid_input` for an address that names nobody.
 */
export async function askConsentChange(tx: Tx, change: NewConsentChange, changing: Changing): Promise<void> {
  const { tenantId, now, newId, by } = changing;
  const digest = change.address === undefined ? undefined : partyDigest(tenantId, change.address);
  if (change.recordingId === null && digest === undefined)
    throw new HoldfastError(
      'invalid_input',
      'The address names nobody, so no recording can be found by it. Give a number in international form, or a SIP address.',
      { field: '/body/address' },
    );
  if (!(await insertChange(tx, change, changing, digest))) return;
  const { id, kind, effect, purpose, recordingId, saidAt, source, reason } = change;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'consent.changed',
      object: { type: 'consent-change', id },
      outcome: 'done',
      facts: { kind, effect, purpose, recordingId, saidAt, source },
    },
    {
      reason,
      ...(by && actedBy(by)),
      ...(change.address === undefined ? {} : { party: plainAddress(change.address) ?? change.address }),
    },
  );
  const message = { tenantId, id: newId(now), topic: 'consent.changed', payload: { changeId: id } } as const;
  await insertOutbox(tx, { ...message, trace: {} });
}

async function insertChange(
  tx: Tx,
  change: NewConsentChange,
  { tenantId, now, by }: Changing,
  digest: Buffer | undefined,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into consent_change (tenant_id, id, kind, effect, purpose, recording_id, party_ordinals, address, party_digest,
                                 address_from, address_to, said_at, source, reason, asked_by, asked_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'asked') on conflict do nothing`,
    [
      tenantId,
      change.id,
      change.kind,
      change.effect,
      change.purpose,
      change.recordingId,
      change.partyOrdinals === null ? null : JSON.stringify(change.partyOrdinals),
      change.recordingId === null ? change.address : null,
      change.recordingId === null ? digest : null,
      change.addressFrom ?? null,
      change.addressTo ?? null,
      change.saidAt,
      change.source,
      change.reason,
      by?.id ?? null,
      now.toISOString(),
    ],
  );
  return rowCount === 1;
}

const COLUMNS = `c.id, c.kind, c.effect, c.purpose, c.recording_id as "recordingId", c.party_ordinals as "partyOrdinals",
  c.address, c.address_from as "addressFrom", c.address_to as "addressTo", c.said_at as "saidAt", c.source, c.reason,
  c.asked_by as "askedBy", c.asked_at as "askedAt", c.state, c.ended_at as "endedAt"`;

type Instants = 'addressFrom' | 'addressTo' | 'saidAt' | 'askedAt' | 'endedAt';
type ChangeRow = Omit<ConsentChange, Instants> &
  Record<'saidAt' | 'askedAt', Date> &
  Record<'addressFrom' | 'addressTo' | 'endedAt', Date | null>;

function changeOf(row: ChangeRow): ConsentChange {
  return {
    ...row,
    addressFrom: row.addressFrom?.toISOString() ?? null,
    addressTo: row.addressTo?.toISOString() ?? null,
    saidAt: row.saidAt.toISOString(),
    askedAt: row.askedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

/** One change, or undefined. */
export async function readConsentChange(tx: Tx, id: string): Promise<ConsentChange | undefined> {
  const { rows } = await tx.query<ChangeRow>(`select ${COLUMNS} from consent_change c where c.id = $1`, [id]);
  return rows[0] && changeOf(rows[0]);
}

/** A page of changes, newest first; with a recording, those that touched or name it. */
export async function listConsentChanges(
  tx: Tx,
  filter: {
    readonly recordingId?: string | undefined;
    readonly before?: { readonly startedAt: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ConsentChange[]> {
  const { recordingId, before, limit } = filter;
  const { rows } = await tx.query<ChangeRow>(
    `select ${COLUMNS} from consent_change c
      where ($1::uuid is null or c.recording_id = $1
             or exists (select from consent_change_item i
                         where i.tenant_id = c.tenant_id and i.change_id = c.id and i.recording_id = $1))
        and ($2::timestamptz is null or (c.asked_at, c.id) < ($2, $3::uuid))
      order by c.asked_at desc, c.id desc limit $4`,
    [recordingId ?? null, before?.startedAt ?? null, before?.id ?? null, limit],
  );
  return rows.map(changeOf);
}

/** How many recordings of each change met which result. */
export async function tallyConsentChanges(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, Partial<Record<ConsentChangeItem['action'], number>>>> {
  const { rows } = await tx.query<{ id: string; action: ConsentChangeItem['action']; count: number }>(
    `select change_id as id, action, count(*)::int as count from consent_change_item
      where change_id = any ($1) group by change_id, action`,
    [ids],
  );
  const tallies = new Map<string, Partial<Record<ConsentChangeItem['action'], number>>>();
  for (const { id, action, count } of rows) tallies.set(id, { ...tallies.get(id), [action]: count });
  return tallies;
}

/** Results of one change, or about one recording, by recording. */
export async function listChangeItems(
  tx: Tx,
  filter: { readonly changeId?: string; readonly recordingId?: string },
  limit: number,
): Promise<ConsentChangeItem[]> {
  const { rows } = await tx.query<
    Omit<ConsentChangeItem, 'keptUntil' | 'decidedAt'> & { keptUntil: Date | null; decidedAt: Date }
  >(
    `select change_id as "changeId", recording_id as "recordingId", action, ground, rules, kept_until as "keptUntil",
            part_disposal_id as "partDisposalId", decided_at as "decidedAt"
       from consent_change_item
      where ($1::uuid is null or change_id = $1) and ($2::uuid is null or recording_id = $2)
      order by recording_id, change_id limit $3`,
    [filter.changeId ?? null, filter.recordingId ?? null, limit],
  );
  return rows.map((row) => ({
    ...row,
    keptUntil: row.keptUntil?.toISOString() ?? null,
    decidedAt: row.decidedAt.toISOString(),
  }));
}

/** Keeps the result for one recording; a later one takes its place. */
export async function putChangeItem(tx: Tx, tenantId: string, item: ConsentChangeItem): Promise<void> {
  await tx.query(
    `insert into consent_change_item (tenant_id, change_id, recording_id, action, ground, rules, kept_until,
                                      part_disposal_id, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (tenant_id, change_id, recording_id) do update
        set action = excluded.action, ground = excluded.ground, rules = excluded.rules, kept_until = excluded.kept_until,
            part_disposal_id = excluded.part_disposal_id, decided_at = excluded.decided_at`,
    [
      tenantId,
      item.changeId,
      item.recordingId,
      item.action,
      item.ground,
      JSON.stringify(item.rules),
      item.keptUntil,
      item.partDisposalId,
      item.decidedAt,
    ],
  );
}

/** Ends a change: the address goes, its digest stays. False where it had ended before. */
export async function endConsentChange(tx: Tx, id: string, at: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update consent_change set state = 'done', ended_at = $2, address = null where id = $1 and state = 'asked'`,
    [id, at],
  );
  return rowCount === 1;
}

/**
 * The change that stands for each of these parties for a purpose, by its digest in hexadecimal: what was said last, and of
 * two things said at one instant the stricter.
 */
export async function standingChanges(
  tx: Tx,
  digests: readonly Buffer[],
  purpose: string,
): Promise<Map<string, ConsentChange>> {
  if (digests.length === 0) return new Map();
  const { rows } = await tx.query<ChangeRow & { digest: Buffer }>(
    `select distinct on (c.party_digest) ${COLUMNS}, c.party_digest as digest
       from consent_change c
      where c.party_digest = any ($1) and (c.purpose is null or c.purpose = $2)
      order by c.party_digest, c.said_at desc, (c.kind = 'assented'), c.id desc`,
    [digests, purpose],
  );
  return new Map(rows.map(({ digest, ...row }) => [digest.toString('hex'), changeOf(row)]));
}

/**
 * True when the same party said something later, so that this counts no more: by its digest, or, of one recording, for the
 * same parties. Of two things said at one instant an assent gives way.
 */
export async function isOvertaken(tx: Tx, change: ConsentChange, recordingId: string): Promise<boolean> {
  if (change.kind === 'conflict-kept' || change.kind === 'conflict-ended') return false;
  const { rows } = await tx.query<{ found: boolean }>(
    `select exists (
       select from consent_change c join consent_change m on m.tenant_id = c.tenant_id and m.id = $1
        where c.id <> m.id and c.kind in ('assented', 'refused', 'withdrawn')
          and (c.purpose is null or c.purpose is not distinct from m.purpose)
          and (c.party_digest = m.party_digest
               or c.recording_id = $2 and m.recording_id = $2
                  and (c.party_ordinals is null or c.party_ordinals @> m.party_ordinals))
          and (c.said_at > m.said_at or c.said_at = m.said_at and m.kind = 'assented' and c.kind <> 'assented')) as found`,
    [change.id, recordingId],
  );
  return rows[0]?.found === true;
}

/** Recordings that a change has made due: an approved erasure for the retention policy, until they are gone. */
export async function erasuresByConsent(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ recordingId: string; changeId: string }>({
    name: 'erasures-by-consent',
    text: `select recording_id as "recordingId", change_id as "changeId" from consent_change_item
            where recording_id = any ($1) and action = 'disposal-due'`,
    values: [recordingIds],
  });
  return new Map(rows.map(({ recordingId, changeId }) => [recordingId, changeId]));
}
