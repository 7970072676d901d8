import { z } from 'zod';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { callSample, collectionPath, type SampleContext } from './client.ts';

/** A document as Sample holds it; `version` is Sample's own and changes with every write. */
const foundDocument = z.object({
  id: z.string(),
  version: z.int().positive(),
  revision: z.int().nonnegative(),
  held: z.boolean(),
  /** What was deleted is remembered for a while, so that something late does not bring it back. */
  deleted: z.boolean(),
});
export type FoundDocument = z.infer<typeof foundDocument>;

/** What Sample holds of each id, in the order asked; undefined where it never heard of one. Writes nothing. */
export async function findDocuments(
  ctx: SampleContext,
  ids: readonly string[],
): Promise<(FoundDocument | undefined)[]> {
  const answer = await callSample(ctx, {
    method: 'POST',
    path: collectionPath(ctx, 'lookup'),
    effect: 'read',
    body: { ids },
  });
  const parsed = z.array(foundDocument).safeParse(answer['items']);
  if (!parsed.success)
    throw new RemoteFailure(
      remoteError('config', 'Sample answered in a form that this version does not know.'),
    );
  const byId = new Map(parsed.data.map((one) => [one.id, one]));
  return ids.map((id) => byId.get(id));
}
