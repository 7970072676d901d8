import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { SearchEngine } from './engine.ts';
import { RECORDING_SETTINGS, recordingMapping } from './recording-index.ts';

/** Above the templates that engines bring along, below what an administrator sets on purpose. */
const PRIORITY = 300;

/**
 * Puts the templates of the prefix: one of the mapping, one of the settings, and one that belongs to the administrator
 * (`<prefix>-recordings@custom`: shards, replicas, tiers), which is made empty and never touched again. An index that
 * somebody makes by hand then gets the mapping too. A credential that may not put templates does without them: every index
 * is made with its whole mapping.
 */
export async function putTemplates(
  engine: SearchEngine,
  ctx: ConnectorContext<ElasticsearchConfig>,
): Promise<void> {
  const name = `${ctx.config.indexPrefix}-recordings`;
  // Fields of the connection's own belong to its index alone: the prefix may serve several tenants.
  const mappings = recordingMapping({ config: { ...ctx.config, fields: [] } });
  try {
    await engine.putComponentTemplate(`${name}@mappings`, { mappings });
    await engine.putComponentTemplate(`${name}@settings`, { settings: RECORDING_SETTINGS });
    await engine.makeComponentTemplate(`${name}@custom`, {});
    await engine.putIndexTemplate(name, {
      index_patterns: [`${name}-*`],
      priority: PRIORITY,
      composed_of: [`${name}@mappings`, `${name}@settings`, `${name}@custom`],
    });
  } catch (error) {
    if (!isRemoteFailure(error) || error.remoteError.class !== 'permission') throw error;
    ctx.log('info', 'the credential may not put templates; the index is made without', { template: name });
  }
}
