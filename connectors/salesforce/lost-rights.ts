import type { Answer } from '../kit/outcome.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { SalesforceClient, SalesforceContext } from './client.ts';

/** What Salesforce answers where a record is not shared with the user, and where the user may not write the object at all. */
const NO_RIGHT = 'INSUFFICIENT_ACCESS_OR_READONLY';

/**
 * The answers of an upsert, of which those for want of a right are of the connection where the user may not write the object at
 * all: the next record would be refused alike. Asks only where one was refused so.
 */
export async function widenLostRights(
  ctx: SalesforceContext,
  client: SalesforceClient,
  answers: readonly Answer[],
): Promise<Answer[]> {
  if (!answers.some(isWithoutRight) || (await mayWrite(ctx, client))) return [...answers];
  return answers.map((answer) =>
    isWithoutRight(answer) ? { ...answer, error: { ...answer.error, scope: 'connection' } } : answer,
  );
}

function isWithoutRight(answer: Answer): answer is Extract<Answer, { outcome: 'rejected' }> {
  return answer.outcome === 'rejected' && answer.error.remote?.code === NO_RIGHT;
}

/** Whether the user may make and change records of what recordings are written to; true where nobody can tell. */
async function mayWrite({ config }: SalesforceContext, { conn }: SalesforceClient): Promise<boolean> {
  try {
    const objects = config.tasks ? [config.object, 'Task'] : [config.object];
    for (const object of objects) {
      const { createable, updateable } = await conn.describe(object);
      if (!createable || !updateable) return false;
    }
    return true;
  } catch (error) {
    if (isRemoteFailure(error)) return true;
    throw error;
  }
}
