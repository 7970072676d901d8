/** Many recordings as a job of Bulk API 2.0, and their tasks as a second one. */
import { createHash } from 'node:crypto';
import { failedAnswer } from '../kit/failed-answer.ts';
import type { Answer, Planned } from '../kit/outcome.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { isRemoteFailure, remoteError, type RemoteError } from '../kit/remote-error.ts';
import { unanswered } from './answers.ts';
import { checkJob, findJob, forgetJob, isRunning, jobOf } from './bulk-marker.ts';
import { runJob, type JobOutcome } from './bulk-job.ts';
import type { SalesforceClient, SalesforceContext } from './client.ts';
import { EXTERNAL_ID, recordingRow, type FieldRow } from './recording-object.ts';
import { byParent, savedAnswer, withTask } from './save-recordings.ts';
import { settleRaces } from './standing.ts';
import { TASK_RECORDING_RELATION, taskRow } from './task.ts';

type Plan = Planned<RecordingDocument>;
type JobKind = 'recordings' | 'tasks';

/**
 * Sends all as one job, waits a minute for its end, and answers for each record. A job that a stopped worker left is found
 * again by the digest of what it sends, and not sent a second time: its records are then reconciled. Throws RemoteFailure
 * where nothing was handed over.
 */
export async function saveInBulk(
  ctx: SalesforceContext,
  client: SalesforceClient,
  planned: readonly Plan[],
): Promise<Answer[]> {
  const { object } = ctx.config;
  const rows = byParent(planned).map(recordingRow);
  const recordings = await handOver(ctx, client, { object, key: keyOf('recordings', planned), rows });
  const answers = new Map(
    planned.map((plan) => [plan, answerFor(plan, recordings, (result) => savedAnswer(plan, result))]),
  );
  if (ctx.config.tasks) await addTasks(ctx, client, answers);
  await settleRaces(ctx, client.conn, answers);
  return planned.flatMap((plan) => answers.get(plan) ?? []);
}

/** Why records of this batch may still be written by a job; undefined where none runs. Throws RemoteFailure. */
export async function bulkInProgress(
  { conn }: SalesforceClient,
  planned: readonly Plan[],
): Promise<RemoteError | undefined> {
  for (const kind of ['recordings', 'tasks'] as const) {
    const marker = await findJob(conn, keyOf(kind, planned));
    const info = marker === undefined ? undefined : await checkJob(conn, marker.jobId);
    if (info !== undefined && isRunning(info)) return stillRunning();
  }
  return undefined;
}

async function addTasks(
  ctx: SalesforceContext,
  client: SalesforceClient,
  answers: Map<Plan, Answer>,
): Promise<void> {
  const wanted = [...answers].filter(
    ([, answer]) => answer.outcome === 'done' && answer.result !== 'superseded',
  );
  if (wanted.length === 0) return;
  const plans = wanted.map(([plan]) => plan);
  const rows = plans.map((plan) => ({
    ...taskRow(plan),
    [`${TASK_RECORDING_RELATION}.${EXTERNAL_ID}`]: plan.record.id,
  }));
  try {
    const tasks = await handOver(ctx, client, { object: 'Task', key: keyOf('tasks', plans), rows });
    for (const [plan, answer] of wanted)
      answers.set(
        plan,
        answerFor(plan, tasks, (result) => withTask(answer, result)),
      );
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    // The recordings are written; sent again they are found unchanged, and their tasks are made up for.
    for (const plan of plans) answers.set(plan, failedAnswer(error.remoteError));
  }
}

/** Runs the job of one digest, or waits for the one that was left. */
async function handOver(
  ctx: SalesforceContext,
  client: SalesforceClient,
  work: { readonly object: string; readonly key: string; readonly rows: readonly FieldRow[] },
): Promise<JobOutcome> {
  client.requireAllowance();
  const left = await findJob(client.conn, work.key);
  if (left !== undefined) {
    const info = await checkJob(client.conn, left.jobId);
    ctx.log('info', 'a bulk job was found again', { job: left.jobId, state: info?.state ?? null });
    if (info !== undefined && isRunning(info)) return { unknown: stillRunning() };
    // Never handed over: nothing of it took effect.
    if (info?.state === 'Open') await jobOf(client.conn, left.jobId).abort();
    await forgetJob(ctx, client.conn, left);
    if (info !== undefined && info.state !== 'Open') return { unknown: foundAgain() };
  }
  return runJob(ctx, client, work);
}

function answerFor(
  { record }: Plan,
  outcome: JobOutcome,
  then: (result: Parameters<typeof savedAnswer>[1]) => Answer,
): Answer {
  if ('unknown' in outcome) return failedAnswer(outcome.unknown);
  const why = outcome.unprocessed.get(record.id);
  if (why !== undefined) return failedAnswer(why);
  const result = outcome.results.get(record.id);
  return result === undefined ? unanswered() : then(result);
}

/** The same for the same acts, in whatever order they come. */
function keyOf(kind: JobKind, planned: readonly Plan[]): string {
  const hash = createHash('sha256').update(kind);
  for (const key of planned.map((plan) => plan.key).toSorted()) hash.update(key);
  return hash.digest('hex');
}

function stillRunning(): RemoteError {
  return remoteError('unknown_outcome', 'A bulk job was handed over and has not ended yet.', {
    scope: 'batch',
    afterMs: 60_000,
  });
}

function foundAgain(): RemoteError {
  return remoteError('unknown_outcome', 'A bulk job of these records had ended; its records are looked at.', {
    scope: 'batch',
  });
}
