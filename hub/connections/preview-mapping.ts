import type { FieldValue } from '../../connectors/kit/fields.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Asking } from '../identity/asking.ts';
import { currentContent } from './current-content.ts';
import { hiddenOf, mappedBy, operationOf, type DryRunWish } from './dry-run.ts';
import { requireConnection } from './find-connection.ts';
import type { MappedBy, MappingDependencies } from './map-for-operation.ts';
import { compileMapping } from './mapping/compile-mapping.ts';
import { mapRecords } from './mapping/map-records.ts';
import { recordsToTry, type Links } from './records-to-try.ts';
import { sampleRecord } from './sample-record.ts';

/** What one row makes of the record; `error` where it makes nothing. */
export interface PreviewedRow {
  readonly target: string;
  readonly value: FieldValue;
  readonly hidden: boolean;
  readonly error: string | null;
}

/** Which rows, over which record; over an invented one where none is named. */
export interface PreviewWish extends Pick<DryRunWish, 'operation' | 'rows' | 'reshape'> {
  readonly id?: string | undefined;
}

/**
 * Shows what each row of a mapping makes of one record, without asking the remote side. Nothing is hidden of the invented
 * record; of a real one, what the person may not read. Must not be called in a transaction.
 * @throws HoldfastError `not_found`, `invalid_input` for rows that cannot be used.
 */
export async function previewMapping(
  deps: MappingDependencies & { readonly links: Links },
  asking: Asking,
  connectionId: string,
  wish: PreviewWish,
): Promise<PreviewedRow[]> {
  const { tenantId } = asking;
  const {
    row,
    config,
    mappings: own,
    reshapes: ownReshapes,
  } = await deps.db.forTenant(tenantId, async (tx) => {
    const found = await requireConnection(tx, connectionId);
    return { row: found, ...(await currentContent(tx, found)) };
  });
  const connector = connectorById(row.connector);
  const spec = operationOf({ connector }, wish.operation);
  const current: MappedBy = {
    connector,
    ctx: { tenantId, connectionId, config },
    mappings: own,
    reshapes: ownReshapes,
    version: row.version,
  };
  const { mappings, reshapes } = await mappedBy(deps, current, wish);
  const rows = mappings[wish.operation] ?? [];
  const record = await recordFor(deps, asking, wish.id, { input: spec.input, mandatory: row.mandatory });
  const hides = wish.id === undefined ? () => false : await hiddenOf(asking, spec, rows, [record.id]);
  const text = reshapes[wish.operation];
  const step = text === undefined || deps.reshape === undefined ? undefined : { text, pool: deps.reshape };
  return Promise.all(
    rows.map(async (cells): Promise<PreviewedRow> => {
      // Each row alone and strict, so that one that gives nothing says why and keeps no other from being seen.
      const strict = {
        ...cells,
        onError: 'reject',
        onNull: cells.onNull === 'clear' ? 'clear' : 'reject',
      } as const;
      const mapping = compileMapping([strict], { input: spec.input, reshaped: text !== undefined });
      const [made] = await mapRecords(mapping, [record], step);
      const value = made !== undefined && 'fields' in made ? made.fields[cells.target] : undefined;
      const hidden = hides(cells.target);
      const error = made !== undefined && 'error' in made ? made.error.message : null;
      return { target: cells.target, value: hidden ? null : (value ?? null), hidden, error };
    }),
  );
}

async function recordFor(
  deps: Pick<MappingDependencies, 'db'> & { readonly links: Links },
  { tenantId, now }: Asking,
  id: string | undefined,
  { input, mandatory }: { readonly input: OutboundRecord['kind']; readonly mandatory: boolean },
): Promise<OutboundRecord> {
  if (id === undefined) return sampleRecord(input, tenantId);
  const [found] = await deps.db.forTenant(tenantId, (tx) =>
    recordsToTry(tx, { tenantId, now, mandatory }, input, { ids: [id], newest: 1 }, deps.links),
  );
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is nothing with this id that this connection would be sent.', {
    field: '/body/id',
  });
}
