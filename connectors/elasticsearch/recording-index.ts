/** The index of one tenant: its names and its mapping. */
import type { estypes } from '@elastic/elasticsearch';
import type { ConnectorContext } from '../kit/context.ts';
import type { RecordingDocument } from '../kit/record.ts';
import type { ElasticsearchConfig } from './config.ts';

/** Raised when the mapping changes in a way that needs a new index behind the alias. */
export const MAPPING_VERSION = 1;

/** All reading and writing goes through the alias, so that the index behind it can be rebuilt and exchanged. */
export function recordingAlias(
  ctx: Pick<ConnectorContext<ElasticsearchConfig>, 'config' | 'tenantId'>,
): string {
  return `${ctx.config.indexPrefix}-recordings-${ctx.tenantId.toLowerCase()}`;
}

/** The index that a fresh alias points to. */
export function recordingIndex(
  ctx: Pick<ConnectorContext<ElasticsearchConfig>, 'config' | 'tenantId'>,
): string {
  return `${recordingAlias(ctx)}-v${MAPPING_VERSION}`;
}

/** One document as it is stored: the record without the parts that only travel. */
export type IndexedDocument = Omit<RecordingDocument, 'kind' | 'schemaVersion' | 'fields'>;

const keyword = { type: 'keyword' } as const;
const date = { type: 'date' } as const;

/** Every field is named; an unknown one is refused (`strict`) instead of guessed. */
export const RECORDING_MAPPING = {
  dynamic: 'strict',
  _meta: { holdfast: { mapping: MAPPING_VERSION } },
  properties: {
    id: keyword,
    tenantId: keyword,
    revision: { type: 'long' },
    startedAt: date,
    endedAt: date,
    durationMs: { type: 'long' },
    parties: {
      type: 'nested',
      dynamic: 'strict',
      properties: {
        name: { type: 'text', fields: { exact: { type: 'keyword', ignore_above: 512 } } },
        address: keyword,
        role: keyword,
      },
    },
    state: keyword,
    held: { type: 'boolean' },
    retainUntil: date,
    consentOutcome: keyword,
    region: keyword,
    link: { type: 'keyword', index: false, doc_values: false },
    callId: keyword,
  } satisfies Record<keyof IndexedDocument, estypes.MappingProperty>,
} as const satisfies estypes.MappingTypeMapping;

/**
 * Versions of deleted documents are remembered this long (the default is a minute), so that an upsert that
 * was still under way when its recording was deleted does not bring it back.
 */
export const RECORDING_SETTINGS = { index: { gc_deletes: '1h' } } as const;
