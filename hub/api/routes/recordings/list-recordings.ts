import { foldWords } from '../../../../recorder-core/records/fold-words.ts';
import { readParties } from '../../../../recorder-core/records/parties.ts';
import { listRecordings as queryRecordings } from '../../../../recorder-core/records/recordings.ts';
import { decodeCursor, encodeCursor } from '../../cursor.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingListQuery, recordingPage } from '../../schemas/recording.ts';
import { presentSummary } from './present-recording.ts';

export const listRecordings = defineEndpoint({
  method: 'get',
  path: '/recordings',
  summary: 'Lists recordings, newest first; with `q`, those in which every word occurs.',
  act: 'recording.list',
  query: recordingListQuery,
  response: recordingPage,
  async handle({ query, tx }) {
    const { q, state, held, cursor, limit } = query;
    const found = await queryRecordings(tx, {
      ...(q === undefined ? {} : { words: foldWords(q).split(' ').filter(Boolean) }),
      ...(state === undefined ? {} : { state }),
      ...(held === undefined ? {} : { held: held === 'true' }),
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
      items: shown.map((recording) => presentSummary(recording, parties)),
      ...(found.length > limit && last !== undefined ? { nextCursor: encodeCursor(last) } : {}),
    };
  },
});
