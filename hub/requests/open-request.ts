import { HoldfastError } from '../../recorder-core/errors.ts';
import type { RequestKind } from '../../recorder-core/policy/clock-rows.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  changeRequest,
  findDuplicate,
  insertIdentifiers,
  insertRequest,
  readRequest,
  type RequestIdentifier,
  type SubjectRequest,
} from '../../recorder-core/records/subject-requests.ts';
import type { Asking } from '../identity/asking.ts';
import { announceRequest, timed } from './note-request.ts';

/** By what the person is found, and since when and until when it was theirs. */
export type AskedIdentifier = Pick<RequestIdentifier, 'kind' | 'validFrom' | 'validUntil'> & {
  readonly value: string;
};

/** What somebody asks for. */
export interface RequestWish {
  /** Of the event that told it, so that telling twice opens one; left out, a fresh one. */
  readonly id?: string;
  readonly kind: RequestKind;
  readonly person: string;
  readonly contact: string | null;
  /** ISO 3166 codes of where the person may be; they decide which clocks run. */
  readonly places: readonly string[];
  readonly identifiers: readonly AskedIdentifier[];
  readonly source: SubjectRequest['source'];
  /** The system that told it, and what it calls the request; left out where a person enters it. */
  readonly toldBy?: { readonly connectionId: string; readonly externalId: string };
  /** When it arrived: clocks run from here, not from when it was entered. */
  readonly receivedAt: Date;
}

/** Who enters it; null where another system told it. */
type Opening = Omit<Asking, 'db' | 'person'> & { readonly person: Asking['person'] | null };

/**
 * Opens a request: it waits for proof of identity, its clocks run, and from the commit on what it is about is not disposed of.
 * A request for the same by somebody with the same identifier is named as its original, not refused.
 * @throws HoldfastError `invalid_input` without an identifier, or for an arrival in the future.
 */
export async function openRequest(
  tx: Tx,
  opening: Opening,
  rules: Rulebook,
  wish: RequestWish,
): Promise<SubjectRequest> {
  const { tenantId, person, now, newId } = opening;
  requireSound(wish, now);
  const id = wish.id ?? newId(now);
  const { kind, identifiers, places, receivedAt } = wish;
  const duplicateOf = await findDuplicate(tx, { kind, identifiers: identifiers.map(({ value }) => value) });
  const made = await insertRequest(tx, tenantId, {
    id,
    kind,
    person: wish.person,
    contact: wish.contact,
    places,
    source: wish.source,
    receivedAt: receivedAt.toISOString(),
    openedBy: person?.id ?? null,
    dueAt: null,
    duplicateOf: duplicateOf ?? null,
    ...wish.toldBy,
  });
  const request = await readRequest(tx, id);
  if (request === undefined) throw new Error('The request vanished inside its own transaction.');
  if (!made) return request;
  await insertIdentifiers(
    tx,
    tenantId,
    id,
    identifiers.map((each) => ({ ...each, id: newId(now) })),
  );
  const { dueAt } = timed(request, rules, now);
  await changeRequest(tx, id, { ...(dueAt !== undefined && { dueAt }) });
  await noteReceipt(tx, opening, rules, { ...request, dueAt: dueAt ?? null }, wish);
  await announceRequest(tx, opening, id);
  return { ...request, dueAt: dueAt ?? null };
}

/** The leaf of the receipt; the name only as a commitment. */
async function noteReceipt(
  tx: Tx,
  { tenantId, person, now }: Opening,
  rules: Rulebook,
  request: SubjectRequest,
  { person: asks, identifiers, toldBy }: RequestWish,
): Promise<void> {
  const { id, kind, source, places, receivedAt, dueAt, duplicateOf } = request;
  const { clocks } = timed(request, rules, now);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'request.received',
      object: { type: 'request', id },
      outcome: 'open',
      rules: clocks.map((clock) => clock.id),
      packDigest: rules.pack.digest,
      facts: {
        kind,
        source,
        places: [...places],
        receivedAt,
        dueAt,
        identifiers: identifiers.length,
        ...(duplicateOf !== null && { duplicateOf }),
        ...(toldBy !== undefined && { connectionId: toldBy.connectionId }),
      },
    },
    { ...(person === null ? {} : actedBy(person)), person: asks },
  );
}

function requireSound({ identifiers, receivedAt }: RequestWish, now: Date): void {
  if (identifiers.length === 0)
    throw new HoldfastError(
      'invalid_input',
      'Nothing says by what the person is found. Give a number, an address or a name, with the time for which it was theirs.',
      { field: '/body/identifiers' },
    );
  if (receivedAt.getTime() > now.getTime() + 60_000)
    throw new HoldfastError('invalid_input', 'A request cannot have arrived in the future.', {
      field: '/body/receivedAt',
    });
}
