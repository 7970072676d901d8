import { maySeeRestrictedPeople } from '../../../../recorder-core/policy/restriction.ts';
import { foldWords } from '../../../../recorder-core/policy/fold-words.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { listRecordings as queryRecordings } from '../../../../recorder-core/records/recordings.ts';
import { allowedRecordings } from '../../../access/allowed-recordings.ts';
import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingListQuery, recordingPage } from '../../schemas/recording.ts';
import { presentSummary } from './present-recording.ts';

export const listRecordings = defineEndpoint({
  method: 'get',
  path: '/recordings',
  summary: 'Lists recordings, newest first; with `q`, those in which every word occurs.',
  act: 'recording.list',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: recordingListQuery,
  response: recordingPage,
  async handle({ query, tx, identity, now }) {
    const { user } = identity;
    const { q, state, held, tag, restricted, department, classification, cursor, limit } = query;
    const found = await queryRecordings(tx, {
      ...(q === undefined ? {} : { words: foldWords(q).split(' ').filter(Boolean) }),
      ...(state === undefined ? {} : { state }),
      ...(tag === undefined ? {} : { tag }),
      ...(held === undefined ? {} : { held: held === 'true' }),
      ...(restricted === undefined ? {} : { restricted: restricted === 'true' }),
      ...(department === undefined ? {} : { department }),
      ...(classification === undefined ? {} : { classification }),
      allowed: await allowedRecordings(tx, identity, now),
      hidesRestricted: !maySeeRestrictedPeople(user.role),
      ...(cursor === undefined ? {} : { before: decodeCursor(cursor) }),
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const parties = await readParties(
      tx,
      shown.map(({ id }) => id),
    );
    const last = shown.at(-1);
    return {
      items: shown.map((recording) => presentSummary(recording, parties, user.role)),
      ...(found.length > limit && last !== undefined ? { nextCursor: encodeCursor(last) } : {}),
    };
  },
});
