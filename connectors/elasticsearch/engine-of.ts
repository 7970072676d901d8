import type { ConnectorContext } from '../kit/context.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { SearchEngine } from './engine.ts';
import { elasticsearchEngine } from './engines/elasticsearch-engine.ts';
import { opensearchEngine } from './engines/opensearch-engine.ts';

/** The engine in the dialect that the connection is configured for. */
export function engineOf(ctx: ConnectorContext<ElasticsearchConfig>): SearchEngine {
  return ctx.config.dialect === 'opensearch' ? opensearchEngine(ctx) : elasticsearchEngine(ctx);
}
