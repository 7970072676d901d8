/** The index of one tenant: its names, its mapping, and what a recording is in it. */
import { foldWords } from '../../recorder-core/policy/fold-words.ts';
import type { ConnectorContext } from '../kit/context.ts';
import type { FieldType } from '../kit/fields.ts';
import type { RecordingDocument } from '../kit/record.ts';
import { ownFields, type ElasticsearchConfig } from './config.ts';
import type { MappedField } from './engine.ts';

/** Raised when the mapping changes in a way that needs a new index behind the alias. */
export const MAPPING_VERSION = 1;

type Named = Pick<ConnectorContext<ElasticsearchConfig>, 'config' | 'tenantId'>;
type Work = Named & Pick<ConnectorContext, 'copy'>;

/** The alias of what is in use. */
export function liveAlias(ctx: Named): string {
  return `${ctx.config.indexPrefix}-recordings-${ctx.tenantId.toLowerCase()}`;
}

/** The alias of the copy that a rebuild fills; there is none where nothing is rebuilt. */
export function copyAlias(ctx: Named): string {
  return `${liveAlias(ctx)}-next`;
}

/** The alias that a piece of work goes through, so that the index behind it can be rebuilt and exchanged. */
export function recordingAlias(ctx: Work): string {
  return ctx.copy === undefined ? liveAlias(ctx) : copyAlias(ctx);
}

/** The index that a fresh alias points to: the first one, or the copy of a rebuild. */
export function recordingIndex(ctx: Work): string {
  return `${liveAlias(ctx)}-${ctx.copy === undefined ? `v${MAPPING_VERSION}` : `b${ctx.copy}`}`;
}

/** Whether an index was made by this connector for this tenant, by its name. */
export function isOwnIndex(ctx: Named, index: string): boolean {
  const rest = index.startsWith(`${liveAlias(ctx)}-`) ? index.slice(liveAlias(ctx).length + 1) : '';
  return /^(v\d+|b[0-9a-f]{32})$/.test(rest);
}

/**
 * One document as it is stored: the record without the parts that only travel, and what it is found by. Matters have no field of
 * the index itself: a connection that is to have them gives them one of its own by a row of its mapping.
 */
export interface IndexedDocument extends Omit<RecordingDocument, 'kind' | 'schemaVersion' | 'matters'> {
  /** Names, addresses and ids, folded. */
  readonly words: string;
  /** The digits of each address, so that a number is found however it was written. */
  readonly numbers: readonly string[];
}

const keyword = { type: 'keyword' } as const;
const date = { type: 'date' } as const;

/** Every field is named; an unknown one is refused (`strict`) instead of guessed. */
const PROPERTIES = {
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
    },
  },
  state: keyword,
  held: { type: 'boolean' },
  retainUntil: date,
  consentOutcome: keyword,
  region: keyword,
  link: { type: 'keyword', index: false, doc_values: false },
  callId: keyword,
  words: { type: 'text' },
  numbers: keyword,
} as const satisfies Record<Exclude<keyof IndexedDocument, 'fields'>, object>;

const OWN: Readonly<Record<FieldType, object>> = {
  text: { type: 'text', fields: { exact: { type: 'keyword', ignore_above: 512 } } },
  integer: { type: 'long' },
  number: { type: 'double' },
  boolean: { type: 'boolean' },
  instant: date,
  date: { type: 'date', format: 'yyyy-MM-dd' },
};

/** The mapping of the tenant's index: what every recording has, and the fields of the connection's own. */
export function recordingMapping({ config }: Pick<Named, 'config'>): {
  readonly dynamic: 'strict';
  readonly _meta: object;
  readonly properties: Readonly<Record<string, MappedField>>;
} {
  const own = ownFields(config).map(({ name, type }) => [name, OWN[type]] as const);
  return {
    dynamic: 'strict',
    _meta: { holdfast: { mapping: MAPPING_VERSION } },
    properties: {
      ...PROPERTIES,
      ...(own.length === 0
        ? {}
        : { fields: { type: 'object', dynamic: 'strict', properties: Object.fromEntries(own) } as object }),
    },
  };
}

/**
 * Versions of deleted documents are remembered this long (the default is a minute), so that an upsert that
 * was still under way when its recording was deleted does not bring it back.
 */
export const RECORDING_SETTINGS = { index: { gc_deletes: '1h' } } as const;

/** What is stored of a recording. */
export function documentOf(record: RecordingDocument): IndexedDocument {
  const { id, callId, region, parties, fields } = record;
  const texts = [id, callId, region, ...parties.flatMap(({ name, address }) => [name, address])];
  const own = Object.values(fields ?? {}).filter((value) => typeof value === 'string');
  return {
    id,
    tenantId: record.tenantId,
    revision: record.revision,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    durationMs: record.durationMs,
    parties,
    state: record.state,
    held: record.held,
    retainUntil: record.retainUntil,
    consentOutcome: record.consentOutcome,
    region,
    link: record.link,
    callId,
    ...(fields === undefined || Object.keys(fields).length === 0 ? {} : { fields }),
    words: foldWords([...texts, ...own].filter((text) => text !== null).join(' ')),
    numbers: parties
      .map(({ address }) => (address ?? '').replaceAll(/[^0-9]/g, ''))
      .filter((digits) => digits.length >= 3 && digits.length <= 512),
  };
}
