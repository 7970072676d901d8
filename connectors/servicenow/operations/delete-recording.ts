import type { WithdrawalItem } from '../app/src/server/recordings.ts';
import type { Result } from '../app/src/server/row.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { Planned, RemoteState } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import { callHubFor, HUB_PATH } from '../client.ts';
import type { ServicenowConfig } from '../config.ts';
import { answerOf, findRecordings } from '../hub-answers.ts';
import { callKey } from '../keys.ts';
import { requireApplication } from './require-application.ts';

/** Deletes the row of a recording; the application itself looks at hold and revision in the act. */
export const deleteRecording: OperationDefinition<ServicenowConfig, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Recordings that are forgotten',
    description:
      'Deletes the row of a recording, never against a hold; its key remains, so that it does not come back.',
    input: 'withdrawal',
    idempotency: { via: 'external_id' },
    batch: { maxRecords: 200, maxBytes: 256 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },
  async plan(ctx, records) {
    requireApplication(ctx.config);
    const found = await findRecordings(ctx, records);
    return records.map((record, index) => {
      const { sysId, revision, held = false } = found[index] ?? {};
      const plan: Omit<Planned<RecordingWithdrawal>, 'action'> = {
        record,
        key: ctx.keyOf('delete-recording', record),
        remoteId: sysId ?? callKey(record),
        call: { method: 'POST', target: `${HUB_PATH}/recordings/withdraw` },
      };
      const error = withdrawalRefusal(record, { revision: revision ?? 0, held });
      if (error !== undefined) return { ...plan, action: 'refuse', error };
      // Sent all the same where nothing stands: the application notes that a late change must not bring it back.
      return { ...plan, action: ctx.dryRun && revision === undefined ? 'none' : 'delete' };
    });
  },
  async execute(ctx, planned) {
    const items = planned.map(({ record }): WithdrawalItem => ({
      key: callKey(record),
      revision: record.revision,
      held: record.held,
    }));
    const results = await callHubFor<Result>(ctx, '/recordings/withdraw', items);
    return results.map((result, index) => answerOf(result, planned[index]?.remoteId ?? ''));
  },
  async reconcile(ctx, planned) {
    const found = await findRecordings(
      ctx,
      planned.map(({ record }) => record),
    );
    return planned.map(({ record, remoteId }, index): RemoteState => {
      const { revision, forgotten = 0 } = found[index] ?? {};
      // The key that remains is written before the row goes.
      if (revision !== undefined || forgotten < record.revision) return { state: 'not_applied' };
      return { state: 'applied', result: 'deleted', remoteId };
    });
  },
};
