import type { RecordingDocument, RecordingWithdrawal } from '../../connectors/kit/record.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readToldParties } from '../../recorder-core/records/parties.ts';
import { readToldRecordings } from '../../recorder-core/records/told-recordings.ts';
import {
  isUnwanted,
  mattersTold,
  recordingDocumentOf,
  withdrawalOf,
} from '../connectors/recording-document.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What a connection is told of a recording as it stands: what it is, or that it is to be forgotten. */
export type RecordNow =
  | { readonly unwanted: false; readonly record: RecordingDocument }
  | { readonly unwanted: true; readonly record: RecordingWithdrawal };

/** What a connection is told of these recordings, by id, from the rows as they stand; without those that are not there. */
export async function recordsNow(
  { linkTo }: Pick<ActivityDependencies, 'linkTo'>,
  tx: Tx,
  tenantId: string,
  connection: ConnectionRow,
  ids: readonly string[],
): Promise<Map<string, RecordNow>> {
  const recordings = await readToldRecordings(tx, ids);
  const parties = await readToldParties(tx, ids);
  const mattersOf = await mattersTold(tx, connection, ids);
  return new Map(
    recordings.map((recording): [string, RecordNow] => {
      const { id } = recording;
      if (isUnwanted(recording, connection))
        return [id, { unwanted: true, record: withdrawalOf(tenantId, recording) }];
      const record = recordingDocumentOf(
        tenantId,
        recording,
        parties.get(id) ?? [],
        linkTo(id),
        mattersOf(id),
      );
      return [id, { unwanted: false, record }];
    }),
  );
}
