import { z } from 'zod';
import type { InventoryItem } from '../kit/inventory.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { callSample, collectionPath, type SampleContext } from './client.ts';

const page = z.array(z.object({ id: z.string(), revision: z.int(), held: z.boolean() }));

/** Everything in the collection, in the order of the ids: each page begins after the last id of the one before. */
export async function* listDocuments(ctx: SampleContext): AsyncGenerator<readonly InventoryItem[]> {
  let after = '';
  for (;;) {
    const path = `${collectionPath(ctx, 'documents')}?after=${encodeURIComponent(after)}`;
    const answer = await callSample(ctx, { method: 'GET', path, effect: 'read' });
    const parsed = page.safeParse(answer['items']);
    if (!parsed.success)
      throw new RemoteFailure(
        remoteError('config', 'Sample lists its documents in a form that this version does not know.'),
      );
    const last = parsed.data.at(-1);
    if (last === undefined) return;
    yield parsed.data;
    after = last.id;
  }
}
