import type { RecordingItem } from '../app/src/server/recordings.ts';
import type { Result } from '../app/src/server/row.ts';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import { callHubFor, HUB_PATH, RECORDING_TABLE } from '../client.ts';
import type { ServicenowConfig } from '../config.ts';
import { answerOf, findRecordings } from '../hub-answers.ts';
import { callKey } from '../keys.ts';
import { mappedColumns, thereOf } from '../mapped-columns.ts';
import { toColumn, toColumns } from '../values.ts';
import { RECORDING_MAPPING } from './mapping-defaults.ts';
import { requireApplication } from './require-application.ts';

/** Makes or changes the row of a recording in the table of the scoped application. */
export const upsertRecording: OperationDefinition<ServicenowConfig, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Recordings',
    description:
      'Keeps one row per recording, found by its unique call key; an older revision changes nothing.',
    input: 'recording',
    idempotency: { via: 'external_id' },
    batch: { maxRecords: 200, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    mapping: { object: RECORDING_TABLE, defaults: RECORDING_MAPPING },
    dataClasses: ['metadata', 'pii'],
  },
  async plan(ctx, records) {
    requireApplication(ctx.config);
    const found = ctx.dryRun ? await findRecordings(ctx, records, mappedColumns(records)) : undefined;
    return records.map((record, index) => {
      const there = found?.[index]?.columns;
      const plan: Omit<Planned<RecordingDocument>, 'action'> = {
        record,
        key: ctx.keyOf('upsert-recording', record),
        remoteId: callKey(record),
        call: { method: 'POST', target: `${HUB_PATH}/recordings` },
        ...(there === undefined ? {} : { there: thereOf(record, there) }),
      };
      if (found === undefined) return { ...plan, action: 'upsert' };
      const { revision, forgotten = 0 } = found[index] ?? {};
      const newest = Math.max(revision ?? 0, forgotten);
      const standing = { revision: newest, deleted: revision === undefined };
      return { ...plan, action: upsertAction(record, standing) };
    });
  },
  async execute(ctx, planned) {
    const items = planned.map(({ record }) => itemOf(record));
    const results = await callHubFor<Result>(ctx, '/recordings', items);
    return results.map((result, index) => answerOf(result, planned[index]?.remoteId ?? ''));
  },
  async reconcile(ctx, planned) {
    const found = await findRecordings(
      ctx,
      planned.map(({ record }) => record),
    );
    return planned.map(({ record, remoteId }, index) => {
      const { sysId, revision = 0, forgotten = 0 } = found[index] ?? {};
      const newest = Math.max(revision, forgotten);
      return upsertState(record, { revision: newest, deleted: newest !== revision }, sysId ?? remoteId);
    });
  },
};

function itemOf(record: RecordingDocument): RecordingItem {
  return {
    key: callKey(record),
    revision: record.revision,
    held: record.held,
    columns: {
      state: record.state,
      started_at: toColumn(record.startedAt),
      ended_at: toColumn(record.endedAt),
      duration_seconds: String(Math.round(record.durationMs / 1000)),
      retain_until: toColumn(record.retainUntil),
      consent: toColumn(record.consentOutcome),
      link: toColumn(record.link),
      ...toColumns(record.fields),
    },
  };
}
