import { expect, test } from '@jest/globals';
import { sampleWithdrawal } from '../../kit/acceptance/sample-records.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import type { ElasticsearchConfig } from '../config.ts';
import { deleteRecording } from './delete-recording.ts';

const TENANT = '01990000-0000-7000-8000-000000000001';
const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

/** What comes of the deletion of a document that stood in the copy alone, by what the engine says of it. */
async function answered(item: object) {
  const record = sampleWithdrawal(TENANT, 1);
  const planned: Planned<RecordingWithdrawal> = {
    record,
    key: 'key',
    remoteId: record.id,
    action: 'delete',
    basis: { copySeqNo: 4, copyPrimaryTerm: 1 },
  };
  const ctx = {
    config: { node: 'http://search.example:9200', indexPrefix: 'holdfast' },
    tenantId: TENANT,
    now: () => 0,
    http: {
      request: () =>
        Promise.resolve({
          status: 200,
          headers: HEADERS,
          body: Buffer.from(JSON.stringify({ items: [{ delete: item }] })),
        }),
    },
  } as unknown as ConnectorContext<ElasticsearchConfig>;
  const [answer] = await deleteRecording.execute(ctx, [planned]);
  return answer;
}

test('a document that is gone already is absent', async () => {
  expect(await answered({ status: 404, result: 'not_found' })).toMatchObject({
    outcome: 'done',
    result: 'absent',
  });
});

test('an index that was exchanged or is missing says nothing of the document, which is looked for again', async () => {
  expect(await answered({ status: 404, error: { type: 'index_not_found_exception' } })).toMatchObject({
    outcome: 'rejected',
    error: { class: 'conflict', scope: 'record', retry: 'after' },
  });
});
