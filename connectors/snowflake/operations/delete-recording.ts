import { randomUUID } from 'node:crypto';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingWithdrawal } from '../../kit/record.ts';
import { isRemoteFailure } from '../../kit/remote-error.ts';
import { withdrawalRefusal } from '../../kit/withdrawal-rule.ts';
import type { SnowflakeConfig } from '../config.ts';
import { findRecordings, type FoundRecording } from '../find-recordings.ts';
import { boundSource, eraseSql } from '../merge-sql.ts';
import { describeTable, prepareTable } from '../prepare-table.ts';
import { tableName } from '../recording-table.ts';
import { withKeptSession, type Session } from '../session.ts';
import { tidyStage } from '../stage-rows.ts';

type Ctx = ConnectorContext<SnowflakeConfig>;
type Plan = Planned<RecordingWithdrawal>;
type Found = ReadonlyMap<string, FoundRecording>;

/**
 * Erases recordings that no hold protects. One MERGE decides and erases, so a hold that arrives before it is never
 * overlooked; the rows are read back to say what came of each.
 */
export const deleteRecording: OperationDefinition<SnowflakeConfig, RecordingWithdrawal> = {
  spec: {
    kind: 'delete',
    title: 'Erase recordings',
    description: 'Empties the row of each recording but for its id and revision; a held recording stays.',
    input: 'withdrawal',
    idempotency: { via: 'merge_key' },
    batch: { maxRecords: 1000, maxBytes: 1024 * 1024 },
    visible: 'at_once',
    dataClasses: ['metadata'],
  },

  async plan(ctx, records) {
    const found = ctx.dryRun
      ? await withKeptSession(ctx, (session) => lookUp(session, ctx, records))
      : undefined;
    return records.map((record) => planOne(ctx, record, found));
  },

  async execute(ctx, planned) {
    return withKeptSession(ctx, async (session) => {
      const columns = await prepareTable(session, ctx);
      const { config, tenantId } = ctx;
      const writeId = randomUUID();
      const source = boundSource(planned.length);
      const lines = planned.map(({ record: { id, revision } }) => JSON.stringify({ i: id, r: revision }));
      await session.command(eraseSql({ config, tenantId, writeId, source }, columns.values()), lines);
      const found = await readBack(session, ctx, planned);
      await tidyStage(session, ctx);
      return planned.map((plan) => answerOf(plan, found, writeId));
    });
  },

  async reconcile(ctx, planned) {
    const records = planned.map(({ record }) => record);
    const found = await withKeptSession(ctx, (session) => lookUp(session, ctx, records));
    return planned.map(({ record, remoteId }) => {
      const there = found.get(record.id);
      return there?.deleted === true && there.revision >= record.revision
        ? { state: 'applied', result: 'deleted', remoteId }
        : { state: 'not_applied' };
    });
  },
};

/** What the table holds; nothing where there is no table yet. */
async function lookUp(
  session: Session,
  { config, tenantId }: Ctx,
  records: readonly RecordingWithdrawal[],
): Promise<Found> {
  if ((await describeTable(session, config)) === undefined) return new Map();
  return findRecordings(
    session,
    config,
    tenantId,
    records.map(({ id }) => id),
  );
}

function planOne(ctx: Ctx, record: RecordingWithdrawal, found: Found | undefined): Plan {
  const plan = {
    record,
    key: ctx.keyOf('delete-recording', record),
    remoteId: record.id,
    call: { method: 'MERGE', target: tableName(ctx.config) },
  };
  const row = found?.get(record.id);
  const there = row?.deleted === true ? undefined : row;
  const error = withdrawalRefusal(record, there);
  if (error !== undefined) return { ...plan, action: 'refuse', error };
  return { ...plan, action: found !== undefined && there === undefined ? 'none' : 'delete' };
}

/** Undefined where the rows were perhaps erased and cannot be read: the outcome is unknown then. */
async function readBack(session: Session, ctx: Ctx, planned: readonly Plan[]): Promise<Found | undefined> {
  const ids = planned.map(({ record }) => record.id);
  try {
    return await findRecordings(session, ctx.config, ctx.tenantId, ids);
  } catch (error) {
    if (isRemoteFailure(error)) return undefined;
    throw error;
  }
}

function answerOf({ record, remoteId }: Plan, found: Found | undefined, writeId: string): Answer {
  const there = found?.get(record.id);
  if (there === undefined) return unknownAnswer('The rows were erased, but could not be read back.');
  if (there.deleted) {
    const erased = there.writeId === writeId && there.createId !== writeId;
    return { outcome: 'done', result: erased ? 'deleted' : 'absent', remoteId };
  }
  const error = withdrawalRefusal(record, there);
  return error === undefined
    ? unknownAnswer('Snowflake answered the MERGE, but the row still stands.')
    : { outcome: 'rejected', error };
}
