import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import {
  askConsentChange,
  listChangeItems,
  listConsentChanges,
  readConsentChange,
  tallyConsentChanges,
} from '../../../../recorder-core/records/consent-changes.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { requireAccess } from '../../../access/require-access.ts';
import { askingOf } from '../../asking-of.ts';
import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { askChange, consentChange, consentChangeDetail, consentChangePage } from '../../schemas/consent.ts';
import { id } from '../../schemas/primitives.ts';
import { keepSeen, seenRecordings } from '../../seen-recordings.ts';
import { requireRecording } from '../recordings/recording-params.ts';
import { saidAtOf } from './note-consent.ts';
import { presentChange, presentItem } from './present-consent.ts';

/** Results that are shown with one change; the counts tell of all. */
const MOST_ITEMS = 1_000;

/** From the answer on it is carried out, page by page; the change itself tells how far it has come. */
export const askConsentChangeRoute = defineEndpoint({
  method: 'post',
  path: '/consent-changes',
  summary:
    'Takes what a party says about consent after the fact: its recordings are decided again, calls in progress too.',
  act: 'consent.change',
  body: askChange,
  response: consentChange,
  status: 202,
  async handle({ body, tx, ...calling }) {
    const { identity, services, now } = calling;
    const changeId = services.newId(now);
    const { kind, effect, purpose, recordingId, partyOrdinals, address, addressFrom, addressTo, reason } =
      body;
    if (recordingId !== undefined) {
      const objects = [{ type: 'recording', id: recordingId }];
      await requireAccess(tx, askingOf(calling), 'consent.change', { objects });
      await requireParties(tx, recordingId, partyOrdinals);
    }
    const saidAt = saidAtOf(body.saidAt, now);
    await askConsentChange(
      tx,
      {
        id: changeId,
        kind,
        effect,
        purpose: purpose ?? null,
        recordingId: recordingId ?? null,
        partyOrdinals: partyOrdinals ?? null,
        address,
        addressFrom,
        addressTo,
        saidAt,
        source: 'api',
        reason,
      },
      { tenantId: identity.tenantId, now, newId: services.newId, by: identity.user },
    );
    return presentChange(await requireChange(tx, changeId));
  },
});

export const listConsentChangesRoute = defineEndpoint({
  method: 'get',
  path: '/consent-changes',
  file: true,
  summary: 'Changes of consent, newest first, with what came of them.',
  act: 'recording.read',
  query: z.strictObject({
    recordingId: id.optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  }),
  response: consentChangePage,
  async handle({ query: { recordingId, cursor, limit }, tx, identity, now }) {
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    const changes = await listConsentChanges(tx, { recordingId, before, limit: limit + 1 });
    const listed = changes.slice(0, limit);
    const ids = listed.flatMap((change) => change.recordingId ?? []);
    const seen = new Set((await seenRecordings(tx, identity, now, ids))(ids).recordingIds);
    const shown = listed.filter((change) => change.recordingId === null || seen.has(change.recordingId));
    const tallies = await tallyConsentChanges(
      tx,
      shown.map((change) => change.id),
    );
    const last = changes.length > limit ? listed.at(-1) : undefined;
    return {
      items: shown.map((change) => presentChange(change, tallies.get(change.id))),
      ...(last && { nextCursor: encodeCursor({ startedAt: last.askedAt, id: last.id }) }),
    };
  },
});

export const readConsentChangeRoute = defineEndpoint({
  method: 'get',
  path: '/consent-changes/:id',
  summary: 'One change of consent with its result for each recording.',
  act: 'recording.read',
  params: z.object({ id }),
  response: consentChangeDetail,
  async handle({ params, tx, ...calling }) {
    const change = await requireChange(tx, params.id);
    if (change.recordingId !== null) {
      const objects = [{ type: 'recording', id: change.recordingId }];
      await requireAccess(tx, askingOf(calling), 'recording.read', { objects });
    }
    const tallies = await tallyConsentChanges(tx, [change.id]);
    const items = await listChangeItems(tx, { changeId: change.id }, MOST_ITEMS);
    const { seen, withheld } = await keepSeen(tx, calling.identity, calling.now, items);
    return { ...presentChange(change, tallies.get(change.id)), items: seen.map(presentItem), withheld };
  },
});

async function requireChange(tx: Tx, changeId: string) {
  const change = await readConsentChange(tx, changeId);
  if (change === undefined)
    throw new HoldfastError('not_found', 'There is no change of consent with this id in your tenant.');
  return change;
}

async function requireParties(tx: Tx, recordingId: string, ordinals: readonly number[] = []): Promise<void> {
  await requireRecording(tx, recordingId);
  const known = new Set((await readParties(tx, [recordingId])).map(({ ordinal }) => ordinal));
  if (ordinals.every((ordinal) => known.has(ordinal))) return;
  throw new HoldfastError('invalid_input', 'The recording has no such party.', {
    field: '/body/partyOrdinals',
  });
}
