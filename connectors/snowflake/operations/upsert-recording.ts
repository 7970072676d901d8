import { randomUUID } from 'node:crypto';
import type { OperationDefinition } from '../../kit/connector.ts';
import type { ConnectorContext } from '../../kit/context.ts';
import { unknownAnswer } from '../../kit/failed-answer.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { isRemoteFailure, remoteError, RemoteFailure, type RemoteError } from '../../kit/remote-error.ts';
import { upsertAction, upsertState } from '../../kit/standing.ts';
import type { SnowflakeConfig } from '../config.ts';
import { findRecordings, toldByCount, type FoundRecording } from '../find-recordings.ts';
import { describeTable, prepareTable, type Column } from '../prepare-table.ts';
import { DEFAULT_MAPPING, tableName } from '../recording-table.ts';
import { rowOf, wantedColumns, type RecordingRow } from '../recording-row.ts';
import { withKeptSession, type Session } from '../session.ts';
import { tidyStage } from '../stage-rows.ts';
import { thereOf } from '../there-of.ts';
import { ROWS_BY_STATEMENT, writeRows } from '../write-rows.ts';

type Ctx = ConnectorContext<SnowflakeConfig>;
type Plan = Planned<RecordingDocument>;

/**
 * Writes one row for each recording by MERGE on tenant and id, guarded by the revision. What came of each record is read
 * back from its row, which says by whom it was last written and made.
 */
export const upsertRecording: OperationDefinition<SnowflakeConfig, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Write recordings',
    description: 'Writes one row for each recording into the table, made when it is missing.',
    input: 'recording',
    idempotency: { via: 'merge_key' },
    batch: { maxRecords: 5000, maxBytes: 8 * 1024 * 1024 },
    visible: 'at_once',
    mapping: { object: { fromConfig: 'table' }, defaults: DEFAULT_MAPPING },
    dataClasses: ['metadata', 'pii'],
  },

  async plan(ctx, records) {
    const there = ctx.dryRun
      ? await withKeptSession(ctx, (session) => lookUp(session, ctx, records))
      : undefined;
    return records.map((record) => planOne(ctx, record, there));
  },

  async execute(ctx, planned) {
    return withKeptSession(ctx, async (session) => {
      const records = planned.map(({ record }) => record);
      const columns = await prepareTable(session, ctx, wantedColumns(records));
      const refused = new Map<number, RemoteError>();
      const rows: RecordingRow[] = [];
      records.forEach((record, n) => {
        const made = rowOf(record, n, columns);
        if ('row' in made) rows.push(made.row);
        else refused.set(n, made.error);
      });
      const writeId = randomUUID();
      const keys = rows.map(({ n }) => planned[n]?.key ?? '');
      await writeRows(session, ctx, { rows, keys, columns, writeId, refused });
      const sent = rows.filter(({ n }) => !refused.has(n));
      const told = await readBack(session, ctx, sent, writeId);
      const answers = planned.map((plan, n) => answerOf(plan, refused.get(n), told, writeId));
      // Every quarter of an hour at least, as long as there is work.
      if (session.isNew() && rows.length > ROWS_BY_STATEMENT) await tidyStage(session, ctx);
      return answers;
    });
  },

  async reconcile(ctx, planned) {
    const records = planned.map(({ record }) => record);
    const { found } = await withKeptSession(ctx, (session) => lookUp(session, ctx, records));
    return planned.map(({ record, remoteId }) => upsertState(record, found.get(record.id), remoteId));
  },
};

interface There {
  readonly found: ReadonlyMap<string, FoundRecording>;
  readonly columns: ReadonlyMap<string, Column>;
}

/** What the table holds; nothing where there is no table yet. */
async function lookUp(session: Session, ctx: Ctx, records: readonly RecordingDocument[]): Promise<There> {
  const columns = await describeTable(session, ctx.config);
  if (columns === undefined) return { found: new Map(), columns: new Map() };
  const mapped = ctx.dryRun ? [...wantedColumns(records).keys()].filter((name) => columns.has(name)) : [];
  const ids = records.map(({ id }) => id);
  return { found: await findRecordings(session, ctx.config, ctx.tenantId, ids, mapped), columns };
}

function planOne(ctx: Ctx, record: RecordingDocument, state: There | undefined): Plan {
  const row = state?.found.get(record.id);
  const live = row?.deleted === true ? undefined : row;
  const there =
    live === undefined || state === undefined ? undefined : thereOf(live.row, record, state.columns);
  return {
    record,
    key: ctx.keyOf('upsert-recording', record),
    action: state === undefined ? 'upsert' : upsertAction(record, row),
    remoteId: record.id,
    call: { method: 'MERGE', target: tableName(ctx.config) },
    ...(there === undefined ? {} : { there }),
  };
}

/** What stands: the same for every row, or each as it is. */
type Told = 'created' | 'updated' | ReadonlyMap<string, FoundRecording>;

/** After a MERGE that was answered, a reading that fails leaves the outcome unknown, not undone. */
async function readBack(
  session: Session,
  ctx: Ctx,
  sent: readonly RecordingRow[],
  writeId: string,
): Promise<Told> {
  const ids = [...new Set(sent.map(({ i }) => i))];
  try {
    const alike =
      ids.length === sent.length && ids.length > 1
        ? await toldByCount(session, ctx.config, { tenantId: ctx.tenantId, writeId, ids })
        : undefined;
    if (alike !== undefined) return alike;
    return await findRecordings(session, ctx.config, ctx.tenantId, ids);
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.class === 'config') throw error;
    const title = 'The rows were written, but could not be read back.';
    const { scope } = error.remoteError;
    throw new RemoteFailure(remoteError('unknown_outcome', title, { scope }), { cause: error });
  }
}

function answerOf(
  { record, remoteId }: Plan,
  refused: RemoteError | undefined,
  told: Told,
  writeId: string,
): Answer {
  if (refused !== undefined) return { outcome: 'rejected', error: refused };
  if (typeof told === 'string')
    return { outcome: 'done', result: told, remoteId, remoteVersion: String(record.revision) };
  const there = told.get(record.id);
  if (there === undefined || there.revision < record.revision)
    return unknownAnswer('Snowflake answered the MERGE, but the row does not stand so.');
  const done = { outcome: 'done', remoteId, remoteVersion: String(there.revision) } as const;
  if (there.revision > record.revision || there.deleted) return { ...done, result: 'superseded' };
  if (there.writeId !== writeId) return { ...done, result: 'unchanged' };
  return { ...done, result: there.createId === writeId ? 'created' : 'updated' };
}
