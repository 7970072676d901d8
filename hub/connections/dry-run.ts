import type { FieldValue, MappingRow } from '../../connectors/kit/fields.ts';
import type { OperationSpec } from '../../connectors/kit/manifest.ts';
import type { Planned, PlannedCall } from '../../connectors/kit/outcome.ts';
import { isRemoteFailure, remedyOf, type RemoteError } from '../../connectors/kit/remote-error.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { mayAccessAll } from '../access/require-access.ts';
import type { Asking } from '../identity/asking.ts';
import { asRefusal } from './as-refusal.ts';
import { checkedMappings, checkedReshapes } from './checked-mappings.ts';
import { admitRecords } from './host/run-operation.ts';
import { splitBatches } from './host/split-batches.ts';
import { mapForOperation, type FilledRecord, type MappedBy } from './map-for-operation.ts';
import { newestCatalog } from './newest-catalog.ts';
import { noteConnection } from './note-connection.ts';
import { openConnection, type ConnectionDependencies, type OpenedConnection } from './open-connection.ts';
import { outsideWalls } from './outside-walls.ts';
import { recordsToTry, type Links, type RecordChoice } from './records-to-try.ts';

/** What is to be tried, of which records; with rows of its own in the place of the version's. */
export interface DryRunWish extends RecordChoice {
  readonly operation: string;
  readonly rows?: unknown;
  readonly reshape?: string | undefined;
}

/** A field as the mapping fills it, and what the remote object has there. Values that the person may not see are null and `hidden`. */
export interface TriedField {
  readonly name: string;
  readonly value: FieldValue;
  readonly hidden: boolean;
  /** Whether the remote side could be asked. */
  readonly known: boolean;
  readonly there: FieldValue;
  readonly differs: boolean | null;
}

/** What would be done with one record. */
export interface TriedRecord {
  readonly recordId: string;
  readonly action: Planned['action'];
  readonly remoteId: string | null;
  readonly call: PlannedCall | null;
  /** With what a person can do about it, whether or not the connector said that. */
  readonly error: (RemoteError & { readonly fix: string }) | null;
  readonly fields: readonly TriedField[];
}

/**
 * Plans an operation over records as they stand, asks the remote side what it has, and writes nothing. Values of records are
 * shown to whoever may read those records; what a wall keeps from the person is left out. Must not be called in a transaction.
 * @throws HoldfastError `not_found`, `invalid_input` for rows that cannot be used, `conflict` where the remote side refuses.
 */
export async function dryRun(
  deps: ConnectionDependencies & { readonly links: Links },
  asking: Asking,
  connectionId: string,
  wish: DryRunWish,
): Promise<TriedRecord[]> {
  const { tenantId } = asking;
  const opened = await openConnection(deps, { tenantId, connectionId, dryRun: true }).catch(asRefusal);
  try {
    const spec = operationOf(opened, wish.operation);
    const by = await mappedBy(deps, opened, wish);
    const about = { asking, connection: opened.row };
    const records = await deps.db.forTenant(tenantId, async (tx) =>
      outsideWalls(tx, asking, await recordsToTry(tx, about, spec.input, wish, deps.links)),
    );
    const filled = await mapForOperation(deps, by, wish.operation, records);
    const hides = await hiddenOf(
      asking,
      spec,
      by.mappings[wish.operation] ?? [],
      records.map(({ id }) => id),
    );
    const tried = await planEach(opened, wish.operation, spec, filled, hides);
    const facts = {
      operation: wish.operation,
      records: tried.map(({ recordId }) => recordId),
      refused: tried.filter(({ action }) => action === 'refuse').length,
    };
    await deps.db.forTenant(tenantId, (tx) =>
      noteConnection(tx, asking, connectionId, 'dry-run', facts, 'connection.asked'),
    );
    return tried;
  } finally {
    opened.close();
  }
}

/** The operation of this id. @throws HoldfastError `invalid_input` that points at it. */
export function operationOf({ connector }: Pick<OpenedConnection, 'connector'>, id: string): OperationSpec {
  const { manifest } = connector;
  const spec = Object.hasOwn(manifest.operations, id) ? manifest.operations[id] : undefined;
  if (spec !== undefined) return spec;
  throw new HoldfastError('invalid_input', `The connector "${manifest.id}" has no operation "${id}".`, {
    field: '/body/operation',
  });
}

/** The version's mapping, or the rows that somebody tries out in its place. */
export async function mappedBy(
  deps: Pick<ConnectionDependencies, 'db' | 'reshape'>,
  opened: MappedBy,
  { operation, rows, reshape }: Pick<DryRunWish, 'operation' | 'rows' | 'reshape'>,
): Promise<MappedBy> {
  if (rows === undefined && reshape === undefined) return opened;
  const { connector, ctx } = opened;
  const reshapes =
    reshape === undefined ? {} : await checkedReshapes(connector, { [operation]: reshape }, deps.reshape);
  const catalog = await deps.db.forTenant(ctx.tenantId, (tx) => newestCatalog(tx, ctx.connectionId));
  const config = ctx.config as Readonly<Record<string, unknown>>;
  const wanted = { [operation]: rows ?? opened.mappings[operation] ?? [] };
  const mappings = checkedMappings(connector, config, wanted, catalog, reshapes);
  return { connector, ctx, mappings, reshapes, version: null };
}

/** What each kind of record may be read by. */
const READ_BY = {
  recording: 'recording.read',
  withdrawal: 'recording.read',
  ticket: 'incident.read',
  notice: 'hold.read',
} as const;

/** Tells of a field whether its value is hidden: by its row, or because the person may not read one of these records. */
export async function hiddenOf(
  asking: Asking,
  { input }: OperationSpec,
  rows: readonly MappingRow[],
  recordIds: readonly string[],
): Promise<(field: string) => boolean> {
  const type = READ_BY[input] === 'recording.read' ? 'recording' : input;
  const objects = recordIds.map((id) => ({ type, id }));
  const allowed = await asking.db.forTenant(asking.tenantId, (tx) =>
    mayAccessAll(tx, asking, READ_BY[input], objects),
  );
  const redacted = new Set(rows.filter(({ redact }) => redact).map(({ target }) => target));
  return (field) => !allowed || redacted.has(field);
}

async function planEach(
  { connector, ctx }: OpenedConnection,
  operation: string,
  spec: OperationSpec,
  filled: readonly FilledRecord[],
  hides: (field: string) => boolean,
): Promise<TriedRecord[]> {
  const good = filled.flatMap((one) => ('record' in one ? [one.record] : []));
  const { accepted, outcomes } = admitRecords({ connector, ctx, operation, records: good });
  const tried = new Map<string, TriedRecord>();
  for (const one of [...filled, ...outcomes])
    if (one !== undefined && 'error' in one) tried.set(one.recordId, refused(one.recordId, one.error));
  for (const batch of splitBatches(accepted, spec.batch)) {
    const records = batch.map(({ record }) => record);
    try {
      for (const plan of await connector.plan(ctx, operation, records))
        tried.set(plan.record.id, presentPlan(plan, hides));
    } catch (error) {
      if (!isRemoteFailure(error)) throw error;
      for (const { id } of records) tried.set(id, refused(id, error.remoteError));
    }
  }
  return filled.flatMap((one) => tried.get('record' in one ? one.record.id : one.recordId) ?? []);
}

function withRemedy(error: RemoteError): NonNullable<TriedRecord['error']> {
  return { ...error, fix: remedyOf(error) };
}

function refused(recordId: string, error: RemoteError): TriedRecord {
  return { recordId, action: 'refuse', remoteId: null, call: null, error: withRemedy(error), fields: [] };
}

function presentPlan(
  { record, action, remoteId, call, error, there }: Planned,
  hides: (field: string) => boolean,
): TriedRecord {
  const made = 'fields' in record ? (record.fields ?? {}) : {};
  const fields = Object.entries(made).map(([name, value]): TriedField => {
    const known = there !== undefined && Object.hasOwn(there, name);
    const before = known ? (there[name] ?? null) : null;
    const hidden = hides(name);
    const shown = hidden ? { value: null, there: null } : { value, there: before };
    return { name, hidden, known, differs: known ? before !== value : null, ...shown };
  });
  return {
    recordId: record.id,
    action,
    remoteId: remoteId === '' ? null : remoteId,
    call: call ?? null,
    error: error === undefined ? null : withRemedy(error),
    fields,
  };
}
