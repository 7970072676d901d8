import { answerOfFailure, notSent } from './failed-answer.ts';
import type { Answer, Planned } from './outcome.ts';
import type { OutboundRecord } from './record.ts';
import type { RemoteError } from './remote-error.ts';

/**
 * Sends every record by a request of its own, in order: what is refused of one says nothing of the next. After a failure
 * of the whole connection the rest is not sent.
 */
export async function sendOneByOne<R extends OutboundRecord>(
  planned: readonly Planned<R>[],
  send: (plan: Planned<R>) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let stopped: RemoteError | undefined;
  for (const plan of planned) {
    if (stopped !== undefined) {
      answers.push({ outcome: 'rejected', error: stopped });
      continue;
    }
    const answer = ofOne(await send(plan).catch(answerOfFailure));
    answers.push(answer);
    if (answer.outcome !== 'done' && answer.error.scope === 'connection') stopped = notSent(answer.error);
  }
  return answers;
}

function ofOne(answer: Answer): Answer {
  if (answer.outcome === 'done' || answer.error.scope !== 'batch') return answer;
  return { ...answer, error: { ...answer.error, scope: 'record' } };
}
