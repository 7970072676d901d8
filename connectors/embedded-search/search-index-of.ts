import type { ConnectorContext } from '../kit/context.ts';
import type { InventoryItem } from '../kit/inventory.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { IndexedRecording, SearchIndexPort } from '../kit/search-index.ts';

/** The lent index; its failures come out as RemoteFailure: `transient` for reads, `unknown_outcome` for writes. */
export function searchIndexOf(ctx: ConnectorContext): SearchIndexPort {
  const index = ctx.searchIndex;
  if (index === undefined) {
    throw new RemoteFailure(
      remoteError('config', 'This process does not offer the embedded search.', { scope: 'connection' }),
    );
  }
  return {
    version: index.version,
    get: (id): Promise<IndexedRecording | undefined> => index.get(id).catch(failAs('transient')),
    list: (after, limit): Promise<InventoryItem[]> => index.list(after, limit).catch(failAs('transient')),
    upsert: (document) => index.upsert(document).catch(failAs('unknown_outcome')),
    remove: (withdrawal) => index.remove(withdrawal).catch(failAs('unknown_outcome')),
  };
}

/** A connection can break at the commit, so a write that threw may have taken effect. */
function failAs(errorClass: 'transient' | 'unknown_outcome'): (cause: unknown) => never {
  return (cause) => {
    const error = remoteError(errorClass, 'The embedded index did not answer.', { scope: 'connection' });
    throw new RemoteFailure(error, { cause });
  };
}
