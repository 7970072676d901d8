import type { FieldValue } from '../../connectors/kit/fields.ts';
import type { OperationMapping } from '../../connectors/kit/manifest.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import { remoteError, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { newestCatalogId } from '../../recorder-core/records/connection-catalogs.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { fieldsOf } from './checked-mappings.ts';
import {
  compileMapping,
  type CompiledMapping,
  type MappedRecord,
  type MappingFault,
} from './mapping/compile-mapping.ts';
import { mapRecords } from './mapping/map-records.ts';
import type { ReshapePool } from './mapping/reshape/reshape-pool.ts';
import { newestCatalog } from './newest-catalog.ts';
import type { OpenedConnection } from './open-connection.ts';

/** What mapping rests on. */
export interface MappingDependencies {
  readonly db: Database;
  readonly reshape?: ReshapePool;
}

/** Which mapping: of a version of a connection, or rows that somebody tries out. */
export type MappedBy = Pick<OpenedConnection, 'connector' | 'mappings' | 'reshapes'> & {
  readonly ctx: Pick<OpenedConnection['ctx'], 'tenantId' | 'connectionId' | 'config'>;
  /** Null for rows that are in no version: what is compiled of them is not kept. */
  readonly version: number | null;
};

/** A record with its `fields` filled, or why the mapping refused it. */
export type FilledRecord =
  | { readonly record: OutboundRecord; readonly mapped: Extract<MappedRecord, { fields: unknown }> | null }
  | { readonly recordId: string; readonly error: RemoteError };

/**
 * Fills `fields` of each record by the mapping of an operation, in the order given; records of an operation without rows stay
 * as they are.
 * @throws HoldfastError `unavailable` where a reshape cannot run now.
 */
export async function mapForOperation(
  deps: MappingDependencies,
  by: MappedBy,
  operation: string,
  records: readonly OutboundRecord[],
): Promise<FilledRecord[]> {
  const spec = by.connector.manifest.operations[operation];
  const rows = by.mappings[operation] ?? [];
  const text = by.reshapes[operation];
  if (spec?.mapping === undefined || rows.length === 0)
    return records.map((record) => ({ record, mapped: null }));
  if (text !== undefined && deps.reshape === undefined)
    throw new HoldfastError('unavailable', 'No reshape can run in this process, so nothing was sent.');
  const mapping = await compiledFor(deps.db, by, operation, spec.mapping);
  const { unusable } = mapping;
  if (unusable !== undefined) {
    const error = unusableRow(unusable);
    return records.map((record) => ({ recordId: record.id, error }));
  }
  const step = text === undefined || deps.reshape === undefined ? undefined : { text, pool: deps.reshape };
  const made = await mapRecords(mapping, records, step);
  return records.map((record, index): FilledRecord => {
    const mapped = made[index];
    if (mapped !== undefined && 'fields' in mapped)
      return {
        record: { ...record, fields: mapped.fields as Record<string, FieldValue> } as OutboundRecord,
        mapped,
      };
    const { target, message } = mapped?.error ?? { target: '', message: 'The mapping gave no answer.' };
    const title = `The mapping of "${target}" refused the record: ${message}`;
    return { recordId: record.id, error: remoteError('invalid_record', title, { field: target }) };
  });
}

/** Of an older version, or one of an older release: nothing is sent without what the row is to fill. */
function unusableRow({ target, message }: MappingFault): RemoteError {
  return remoteError(
    'config',
    `The mapping of "${target}" cannot be used, so nothing was sent: ${message}`.slice(0, 500),
    { scope: 'connection', field: target, fix: 'Change the row, or remove it.' },
  );
}

const MOST_KEPT = 500;
/** Versions never change, so what was compiled of one is of use until the remote system's fields are other ones. */
const kept = new Map<string, CompiledMapping>();

async function compiledFor(
  db: Database,
  by: MappedBy,
  operation: string,
  mapping: OperationMapping,
): Promise<CompiledMapping> {
  const { tenantId, connectionId, config } = by.ctx;
  const catalogId = await db.forTenant(tenantId, (tx) => newestCatalogId(tx, connectionId));
  const key = by.version === null ? null : `${connectionId}/${by.version}/${operation}/${catalogId ?? ''}`;
  const known = key === null ? undefined : kept.get(key);
  if (known !== undefined) return known;
  const catalog =
    catalogId === undefined
      ? undefined
      : await db.forTenant(tenantId, (tx) => newestCatalog(tx, connectionId));
  const fields = fieldsOf(mapping, config as Readonly<Record<string, unknown>>, catalog);
  const made = compileMapping(by.mappings[operation] ?? [], {
    input: by.connector.manifest.operations[operation]?.input ?? 'recording',
    reshaped: Object.hasOwn(by.reshapes, operation),
    ...(fields && { fields }),
  });
  if (key !== null) keep(key, made);
  return made;
}

function keep(key: string, made: CompiledMapping): void {
  kept.set(key, made);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}
