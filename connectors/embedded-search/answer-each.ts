import { answerOfFailure } from '../kit/failed-answer.ts';
import type { Answer, Planned } from '../kit/outcome.ts';
import type { OutboundRecord } from '../kit/record.ts';

/**
 * Acts on one record after the other, in order. What the index refuses is that record's own outcome; after an answer
 * that did not come the rest is not sent.
 */
export async function answerEach<R extends OutboundRecord>(
  planned: readonly Planned<R>[],
  act: (plan: Planned<R>) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const plan of planned) {
    const previous = answers.at(-1);
    if (previous?.outcome === 'unknown') answers.push(previous);
    else answers.push(await act(plan).catch(answerOfFailure));
  }
  return answers;
}
