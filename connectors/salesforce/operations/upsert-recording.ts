import type { OperationDefinition } from '../../kit/connector.ts';
import { inPieces } from '../../kit/in-pieces.ts';
import type { Answer, Planned } from '../../kit/outcome.ts';
import type { RecordingDocument } from '../../kit/record.ts';
import { sendPieces } from '../answers.ts';
import { bulkInProgress, saveInBulk } from '../bulk.ts';
import { resourcePath, salesforceClient, type SalesforceClient, type SalesforceContext } from '../client.ts';
import type { SalesforceConfig } from '../config.ts';
import { findRecordings, findTasks, type FoundRecording } from '../find-recordings.ts';
import { widenLostRights } from '../lost-rights.ts';
import { DEFAULT_MAPPING, EXTERNAL_ID } from '../recording-object.ts';
import { relate, type Relation } from '../relate.ts';
import { byParent, MAX_COLLECTION, saveRecordings } from '../save-recordings.ts';
import { settleRaces, standingOf, stateOf } from '../standing.ts';

type Plan = Planned<RecordingDocument>;

/**
 * Upserts recordings, and their tasks, by an external id. The guard of the package compares revisions inside the
 * transaction that writes: sent twice it is one record, and an older revision never overwrites a newer one.
 */
export const upsertRecording: OperationDefinition<SalesforceConfig, RecordingDocument> = {
  spec: {
    kind: 'upsert',
    title: 'Write recordings',
    description:
      'Writes one record, and one completed task, per recording, related to the people the call was with.',
    input: 'recording',
    idempotency: { via: 'external_id' },
    batch: { maxRecords: 5000, maxBytes: 5 * 1024 * 1024 },
    visible: 'at_once',
    mapping: { object: { fromConfig: 'object' }, defaults: DEFAULT_MAPPING },
    dataClasses: ['metadata', 'pii'],
  },

  async plan(ctx, records) {
    const { conn } = salesforceClient(ctx);
    const relations = await relate(ctx, conn, records);
    const plans = records.map((record, index) => planOf(ctx, record, relations[index]));
    if (!ctx.dryRun) return plans;
    const found = await findRecordings(
      conn,
      ctx.config.object,
      records.map(({ id }) => id),
    );
    return plans.map((plan) => compared(plan, found.get(plan.record.id)));
  },

  async execute(ctx, planned) {
    const client = salesforceClient(ctx);
    const answers =
      planned.length > ctx.config.bulkThreshold
        ? await saveInBulk(ctx, client, planned)
        : await saveInPieces(ctx, client, planned);
    return widenLostRights(ctx, client, answers);
  },

  async reconcile(ctx, planned) {
    const client = salesforceClient(ctx);
    const ids = planned.map(({ record }) => record.id);
    // Asked first: a job that ends between the two questions is then seen by its records.
    const running =
      planned.length > ctx.config.bulkThreshold ? await bulkInProgress(client, planned) : undefined;
    const found = await findRecordings(client.conn, ctx.config.object, ids);
    const tasks = ctx.config.tasks ? await findTasks(ctx, client.conn, ids) : undefined;
    return planned.map((plan) => {
      const state = stateOf(plan, found.get(plan.record.id));
      const whole = state.state === 'applied' && (tasks === undefined || tasks.has(plan.record.id));
      if (whole || (state.state === 'applied' && state.result === 'superseded')) return state;
      return running === undefined ? { state: 'not_applied' } : { state: 'unknown', error: running };
    });
  },
};

async function saveInPieces(
  ctx: SalesforceContext,
  client: SalesforceClient,
  planned: readonly Plan[],
): Promise<Answer[]> {
  const pieces = inPieces(byParent(planned), MAX_COLLECTION);
  const answers = await sendPieces(pieces, (piece) => saveRecordings(ctx, client, piece));
  await settleRaces(ctx, client.conn, answers);
  return planned.flatMap((plan) => answers.get(plan) ?? []);
}

function planOf(ctx: SalesforceContext, record: RecordingDocument, relation: Relation | undefined): Plan {
  const target = ctx.config.tasks ? 'composite' : `composite/sobjects/${ctx.config.object}/${EXTERNAL_ID}`;
  return {
    record,
    key: ctx.keyOf('upsert-recording', record),
    action: 'upsert',
    remoteId: record.id,
    call: { method: ctx.config.tasks ? 'POST' : 'PATCH', target: resourcePath(ctx, target) },
    basis: { ...relation },
  };
}

function compared(plan: Plan, found: FoundRecording | undefined): Plan {
  const standing = standingOf(plan, found);
  if (found === undefined || standing === 'absent') return { ...plan, action: 'create' };
  return { ...plan, action: standing === 'older' ? 'update' : 'none', remoteId: found.id };
}
