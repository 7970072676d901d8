import { readParties } from '../../../../recorder-core/records/parties.ts';
import { listRecordings as queryRecordings } from '../../../../recorder-core/records/recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingListQuery, recordingPage } from '../../schemas/recording.ts';
import { presentSummary } from './present-recording.ts';
import { decodeRecordingCursor, encodeRecordingCursor } from './recording-cursor.ts';
import { filterOf, orderOf } from './recording-filter-of.ts';

export const listRecordings = defineEndpoint({
  method: 'get',
  path: '/recordings',
  summary: 'Lists recordings, newest first or as `sort` says; with `q`, those in which every word occurs.',
  act: 'recording.list',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: recordingListQuery,
  response: recordingPage,
  async handle({ query: { cursor, limit, sort, ...asked }, tx, identity, now }) {
    const found = await queryRecordings(tx, {
      ...(await filterOf(tx, identity, now, asked)),
      ...(cursor === undefined ? {} : { before: decodeRecordingCursor(sort, cursor) }),
      order: orderOf(sort),
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const parties = await readParties(
      tx,
      shown.map(({ id }) => id),
    );
    const last = shown.at(-1);
    return {
      items: shown.map((recording) => presentSummary(recording, parties, identity.user.role)),
      ...(found.length > limit && last !== undefined
        ? { nextCursor: encodeRecordingCursor(sort, last) }
        : {}),
    };
  },
});
