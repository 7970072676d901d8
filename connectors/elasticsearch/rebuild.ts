import type { ConnectorContext } from '../kit/context.ts';
import type { RebuildDefinition } from '../kit/rebuild.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { AliasAction } from './engine.ts';
import { engineOf } from './engine-of.ts';
import { makeIndex } from './prepare-index.ts';
import { copyAlias, isOwnIndex, liveAlias, recordingIndex } from './recording-index.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;

/**
 * A new index beside the live one, behind an alias of its own while it is filled. The exchange is one change of aliases, so a
 * search meets the old index or the new one and never none.
 */
export const rebuild: RebuildDefinition<ElasticsearchConfig> = {
  shapedBy: ['indexPrefix', 'fields'],

  async begin(ctx) {
    const engine = engineOf(ctx);
    const copy = recordingIndex(ctx);
    if ((await engine.behind(liveAlias(ctx))).includes(copy)) return 'in_place';
    const left = (await engine.behind(copyAlias(ctx))).filter((index) => index !== copy);
    // A rebuild that was given up left its copy behind the alias; two indices there would take writes of both.
    for (const index of left.filter((one) => isOwnIndex(ctx, one))) await engine.deleteIndex(index);
    await makeIndex(engine, ctx);
    return 'filling';
  },

  async putInPlace(ctx) {
    const engine = engineOf(ctx);
    const [live, copy] = [liveAlias(ctx), recordingIndex(ctx)];
    const behind = await engine.behind(live);
    if (behind.includes(copy)) return;
    const actions: AliasAction[] = behind.map((index) => ({ remove: { index, alias: live } }));
    await engine.changeAliases([
      ...actions,
      { remove: { index: copy, alias: copyAlias(ctx) } },
      { add: { index: copy, alias: live, is_write_index: true } },
    ]);
    ctx.log('info', 'put a rebuilt index in place', { index: copy });
  },

  async clear(ctx) {
    const engine = engineOf(ctx);
    for (const index of await replaced(ctx)) {
      await engine.deleteIndex(index);
      ctx.log('info', 'removed an index that was replaced', { index });
    }
  },
};

/** The tenant's indices that no alias leads to any more; never the live one, nor what somebody else made. */
async function replaced(ctx: Ctx): Promise<string[]> {
  const engine = engineOf(ctx);
  const live = await engine.behind(liveAlias(ctx));
  const all = Object.keys((await engine.mappings(`${liveAlias(ctx)}-*`)) ?? {});
  return all.filter((index) => isOwnIndex(ctx, index) && !live.includes(index));
}
