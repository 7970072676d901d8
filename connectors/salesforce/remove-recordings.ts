/** Up to 200 withdrawals in one request. */
import type { Answer, Planned } from '../kit/outcome.ts';
import type { RecordingWithdrawal } from '../kit/record.ts';
import { heldError, outdatedError } from '../kit/withdrawal-rule.ts';
import { guardWord, refused, unanswered, type SaveResult } from './answers.ts';
import { resourcePath, type SalesforceClient, type SalesforceContext } from './client.ts';
import { compositeRequest, type CompositePart } from './composite.ts';
import type { FieldRow } from './recording-object.ts';

type Plan = Planned<RecordingWithdrawal>;

/**
 * Three steps in one request: each record is emptied and marked as withdrawn, which the guard of the package refuses for
 * one that is held or newer; then it is deleted, which the guard refuses for one that is no longer marked; then its task.
 * What stays in the recycle bin is the id and the revision, by which the guard keeps a late upsert from bringing the
 * recording back. `empty` is null for every field to be emptied. Throws RemoteFailure where all share one fate.
 */
export async function removeRecordings(
  ctx: SalesforceContext,
  client: SalesforceClient,
  empty: FieldRow,
  plans: readonly Plan[],
): Promise<Answer[]> {
  client.requireAllowance();
  const recordings = plans.filter(({ basis }) => basis?.['recording'] !== undefined);
  const tasks = plans.filter(({ basis }) => basis?.['task'] !== undefined);
  const parts: CompositePart[] = [];
  if (recordings.length > 0) {
    const records = recordings.map((plan) => withdrawnRow(ctx, plan, empty));
    const url = resourcePath(ctx, 'composite/sobjects');
    parts.push({ method: 'PATCH', url, body: { allOrNone: false, records } });
    parts.push(deletion(ctx, recordings, 'recording'));
  }
  if (tasks.length > 0) parts.push(deletion(ctx, tasks, 'task'));
  const results = await compositeRequest(ctx, client, parts);
  const [marked, deleted] = recordings.length > 0 ? results : [];
  const removed = tasks.length > 0 ? results.at(-1) : undefined;
  return plans.map((plan) => {
    const [at, taskAt] = [recordings.indexOf(plan), tasks.indexOf(plan)];
    const answer = at === -1 ? gone(plan) : deletedAnswer(plan, marked?.[at], deleted?.[at]);
    return taskAt === -1 ? answer : withTask(answer, removed?.[taskAt]);
  });
}

function withdrawnRow(ctx: SalesforceContext, { record, key, basis }: Plan, empty: FieldRow): object {
  return {
    attributes: { type: ctx.config.object },
    ...empty,
    id: basis?.['recording'],
    Revision__c: record.revision,
    Key__c: key,
    Held__c: false,
    Withdrawn__c: true,
  };
}

function deletion(ctx: SalesforceContext, plans: readonly Plan[], what: 'recording' | 'task'): CompositePart {
  const ids = plans.map(({ basis }) => basis?.[what]).join(',');
  const url = resourcePath(ctx, `composite/sobjects?ids=${ids}&allOrNone=false`);
  return { method: 'DELETE', url };
}

function deletedAnswer(plan: Plan, marked: SaveResult | undefined, deleted: SaveResult | undefined): Answer {
  if (marked === undefined || deleted === undefined) return unanswered();
  if (deleted.success) return gone(plan);
  if (isGone(deleted)) return { outcome: 'done', result: 'absent', remoteId: plan.remoteId };
  // The first refusal is the reason; the second may only follow from it.
  const errors = marked.success ? deleted.errors : marked.errors;
  const said = guardWord(errors)?.word;
  if (said === 'HELD') return { outcome: 'rejected', error: heldError() };
  if (said !== undefined) return { outcome: 'rejected', error: outdatedError() };
  return refused(errors, 'deletion');
}

function withTask(answer: Answer, task: SaveResult | undefined): Answer {
  if (answer.outcome !== 'done') return answer;
  if (task === undefined) return unanswered();
  return task.success || isGone(task) ? answer : refused(task.errors, 'deletion of the task');
}

function gone({ remoteId }: Plan): Answer {
  return { outcome: 'done', result: 'deleted', remoteId };
}

/** Deleted already, by somebody else or by an attempt whose answer was lost. */
function isGone({ errors }: SaveResult): boolean {
  return errors.some(({ statusCode }) =>
    ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY'].includes(statusCode),
  );
}
