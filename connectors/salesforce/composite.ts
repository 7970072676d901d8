import { RemoteFailure } from '../kit/remote-error.ts';
import type { SaveResult } from './answers.ts';
import { classifyAnswer } from './classify.ts';
import { resourcePath, type SalesforceClient, type SalesforceContext } from './client.ts';

/** One part of a composite request: a collections request. */
export interface CompositePart {
  readonly method: 'PATCH' | 'DELETE';
  /** Path of the resource, from the root. */
  readonly url: string;
  readonly body?: unknown;
}

/**
 * Sends up to five collections requests as one, in their order; a later part sees what an earlier one wrote. The results of
 * each part, undefined for one that is missing. Throws RemoteFailure where the first part was refused as a whole.
 */
export async function compositeRequest(
  ctx: SalesforceContext,
  { conn }: SalesforceClient,
  parts: readonly CompositePart[],
): Promise<(readonly SaveResult[] | undefined)[]> {
  const answer: unknown = await conn.requestPost(resourcePath(ctx, 'composite'), {
    allOrNone: false,
    compositeRequest: parts.map((part, index) => ({ ...part, referenceId: `part${index}` })),
  });
  const list: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'compositeResponse') : undefined;
  const responses = Array.isArray(list) ? (list as Part[]) : [];
  return parts.map((_part, index) => {
    const response = responses.find(({ referenceId }) => referenceId === `part${index}`);
    if (response === undefined) return undefined;
    if (response.httpStatusCode < 300) return Array.isArray(response.body) ? response.body : undefined;
    if (index === 0) throw new RemoteFailure(wholeError(ctx, response));
    return undefined;
  });
}

interface Part {
  readonly referenceId: string;
  readonly httpStatusCode: number;
  readonly body: readonly (SaveResult & { readonly errorCode?: string; readonly message?: string })[];
}

function wholeError(ctx: SalesforceContext, { httpStatusCode, body }: Part) {
  const { errorCode: code, message } = (Array.isArray(body) ? body[0] : undefined) ?? {};
  return classifyAnswer(
    { status: httpStatusCode, headers: {} },
    {
      effect: 'write',
      nowMs: ctx.now(),
      code: typeof code === 'string' ? code : undefined,
      ...(typeof message === 'string' ? { message } : {}),
    },
  );
}
