/** Up to 200 recordings, and their tasks, in one request. */
import type { Answer, Planned } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { guardWord, refused, unanswered, type SaveResult } from './answers.ts';
import { resourcePath, type SalesforceClient, type SalesforceContext } from './client.ts';
import { compositeRequest } from './composite.ts';
import { EXTERNAL_ID, recordingRow } from './recording-object.ts';
import { TASK_RECORDING_RELATION, taskRow } from './task.ts';

type Plan = Planned<RecordingDocument>;

/** Most records that Salesforce takes in one collections request. */
export const MAX_COLLECTION = 200;

/** Upserts by the external id; one answer per plan, in order. Throws RemoteFailure where all share one fate. */
export async function saveRecordings(
  ctx: SalesforceContext,
  client: SalesforceClient,
  plans: readonly Plan[],
): Promise<Answer[]> {
  client.requireAllowance();
  const { object } = ctx.config;
  const rows = plans.map((plan) => ({ attributes: { type: object }, ...recordingRow(plan) }));
  if (!ctx.config.tasks) {
    const answer: unknown = await client.conn.upsert(object, rows, EXTERNAL_ID, { allOrNone: false });
    const results = Array.isArray(answer) ? (answer as SaveResult[]) : [];
    return plans.map((plan, index) => savedAnswer(plan, results[index]));
  }
  const tasks = plans.map((plan) => ({
    attributes: { type: 'Task' },
    ...taskRow(plan),
    [TASK_RECORDING_RELATION]: { [EXTERNAL_ID]: plan.record.id },
  }));
  const [recordings, written] = await compositeRequest(ctx, client, [
    upsertOf(ctx, object, rows),
    upsertOf(ctx, 'Task', tasks),
  ]);
  return plans.map((plan, index) => withTask(savedAnswer(plan, recordings?.[index]), written?.[index]));
}

function upsertOf(ctx: SalesforceContext, object: string, records: readonly object[]) {
  return {
    method: 'PATCH',
    url: resourcePath(ctx, `composite/sobjects/${object}/${EXTERNAL_ID}`),
    body: { allOrNone: false, records },
  } as const;
}

/** The answer for one recording by its entry in the results of a request or of a job. */
export function savedAnswer(plan: Plan, result: SaveResult | undefined): Answer {
  const { record, basis } = plan;
  if (result === undefined) return unanswered();
  const note = noteOf(basis?.['relation']);
  if (result.success) {
    return {
      outcome: 'done',
      result: result.created === true ? 'created' : 'updated',
      remoteId: result.id ?? plan.remoteId,
      remoteVersion: String(record.revision),
      ...note,
    };
  }
  const said = guardWord(result.errors);
  if (said === undefined || said.word === 'HELD') return refused(result.errors);
  return {
    outcome: 'done',
    result: said.word === 'UNCHANGED' ? 'unchanged' : 'superseded',
    remoteId: said.id ?? plan.remoteId,
    ...(said.revision === undefined ? {} : { remoteVersion: said.revision }),
  };
}

/** What a receipt says besides: nothing where everything was found, and what was not guessed where it was not. */
function noteOf(relation: unknown): { readonly note?: string } {
  return typeof relation !== 'string' || ['related', 'none'].includes(relation) ? {} : { note: relation };
}

/**
 * The answer for a recording and its task. A task that was refused keeps the delivery open: sent again, the recording is
 * found unchanged and the task is tried anew. A task of what is newer there, or gone, is of no concern.
 */
export function withTask(answer: Answer, task: SaveResult | undefined): Answer {
  if (answer.outcome !== 'done' || answer.result === 'superseded') return answer;
  if (task === undefined) return unanswered();
  if (task.success || guardWord(task.errors)?.word === 'SUPERSEDED' || isOrphan(task)) return answer;
  return refused(task.errors, 'task of the recording');
}

/** The recording was deleted between its writing and that of its task, which is then not made. */
function isOrphan({ errors }: SaveResult): boolean {
  return errors.some(({ message }) => /^Foreign key external ID\b/i.test(message));
}

/** Records of one parent stand together, so that two requests seldom wait for the same one. */
export function byParent(planned: readonly Plan[]): Plan[] {
  const parent = ({ basis }: Plan): string => String(basis?.['account'] ?? basis?.['contact'] ?? '');
  return planned.toSorted((a, b) => (parent(a) < parent(b) ? -1 : Number(parent(a) > parent(b))));
}
