import type { ConnectorContext } from '../kit/context.ts';
import { remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { SearchEngine } from './engine.ts';
import { copyAlias, isOwnIndex, liveAlias } from './recording-index.ts';

/**
 * Makes sure that what is not found through the tenant's alias is not there: either the alias leads somewhere, or there is no
 * index for it yet. @throws RemoteFailure `config` where an index stands that somebody took the alias from.
 */
export async function requireAlias(
  engine: SearchEngine,
  ctx: ConnectorContext<ElasticsearchConfig>,
): Promise<void> {
  const alias = liveAlias(ctx);
  if ((await engine.behind(alias)).length > 0) return;
  const copies = await engine.behind(copyAlias(ctx));
  const all = Object.keys((await engine.mappings(`${alias}-*`)) ?? {});
  const left = all.find((index) => isOwnIndex(ctx, index) && !copies.includes(index));
  if (left === undefined) return;
  throw new RemoteFailure(
    remoteError('config', `The index ${left} stands without its alias, so nobody can tell what is there.`, {
      scope: 'connection',
      fix: `Give it the alias ${alias} again, or delete it and rebuild.`,
    }),
  );
}
