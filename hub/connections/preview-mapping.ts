import { z } from 'zod';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import { mappingRow, type MappingRow } from '../../connectors/kit/fields.ts';
import type { OutboundRecord } from '../../connectors/kit/record.ts';
import { connectorById } from '../../connectors/registry.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Asking } from '../identity/asking.ts';
import { checkedReshapes, fieldsOf, MOST_ROWS } from './checked-mappings.ts';
import { currentContent } from './current-content.ts';
import { hiddenOf, operationOf, type DryRunWish } from './dry-run.ts';
import { requireConnection } from './find-connection.ts';
import type { MappingDependencies } from './map-for-operation.ts';
import type { MappingFor } from './mapping/compile-mapping.ts';
import { previewRows, type RowPreview } from './mapping/preview-rows.ts';
import { newestCatalog } from './newest-catalog.ts';
import { outsideWalls } from './outside-walls.ts';
import { recordsToTry, type Links } from './records-to-try.ts';
import { sampleRecord } from './sample-record.ts';

/** The same as far as the person may see it. */
export interface PreviewedRow extends RowPreview {
  readonly hidden: boolean;
}

/** A record, and what the rows make of it. */
export interface PreviewedMapping {
  /** Null where the person may not read it. */
  readonly record: OutboundRecord | null;
  readonly rows: readonly PreviewedRow[];
}

/** Which rows, over which record; over an invented one where none is named. */
export interface PreviewWish extends Pick<DryRunWish, 'operation' | 'rows' | 'reshape'> {
  readonly id?: string | undefined;
}

/**
 * Shows what each row of a mapping makes of one record, without asking the remote side. Rows that can never work, as while
 * somebody types them, say so in their place and keep no other from being seen. Nothing is hidden of the invented record; of a
 * real one, what the person may not read. Must not be called in a transaction.
 * @throws HoldfastError `not_found`, `invalid_input` for what are no rows at all, and for a reshape that cannot be used.
 */
export async function previewMapping(
  deps: MappingDependencies & { readonly links: Links },
  asking: Asking,
  connectionId: string,
  wish: PreviewWish,
): Promise<PreviewedMapping> {
  const { tenantId } = asking;
  const { row, catalog, ...content } = await deps.db.forTenant(tenantId, async (tx) => {
    const found = await requireConnection(tx, connectionId);
    return {
      row: found,
      ...(await currentContent(tx, found)),
      catalog: await newestCatalog(tx, connectionId),
    };
  });
  const connector = connectorById(row.connector);
  const spec = operationOf({ connector }, wish.operation);
  const rows = wish.rows === undefined ? (content.mappings[wish.operation] ?? []) : typedRows(wish.rows);
  const reshapes =
    wish.reshape === undefined
      ? content.reshapes
      : await checkedReshapes(connector, tried(wish.operation, wish.reshape), deps.reshape);
  const record = await recordFor(deps, asking, wish.id, { input: spec.input, connection: row });
  const hides = wish.id === undefined ? () => false : await hiddenOf(asking, spec, rows, [record.id]);
  const unread = wish.id !== undefined && (await hiddenOf(asking, spec, [], [record.id]))('');
  const text = reshapes[wish.operation];
  const fields = spec.mapping === undefined ? undefined : fieldsOf(spec.mapping, content.config, catalog);
  const kind: MappingFor = { input: spec.input, reshaped: text !== undefined, ...(fields && { fields }) };
  const step = text === undefined || deps.reshape === undefined ? undefined : { text, pool: deps.reshape };
  const previewed = await previewRows(rows, kind, record, step);
  const shown = previewed.map((one): PreviewedRow => {
    const hidden = hides(one.target);
    return { ...one, value: hidden ? null : one.value, hidden };
  });
  return { record: unread ? null : record, rows: shown };
}

/** The reshape to try; an empty one is none. */
function tried(operation: string, reshape: string): Record<string, string> {
  return reshape.trim() === '' ? {} : { [operation]: reshape };
}

/** A row as it is typed: name and expression may be unfinished. */
const typedRow = mappingRow.extend({ target: z.string().max(200), expr: z.string().max(8192) });

function typedRows(input: unknown): MappingRow[] {
  const parsed = z.array(typedRow).max(MOST_ROWS).safeParse(input);
  if (parsed.success) return parsed.data;
  const { path, says } = firstFault(parsed.error);
  throw new HoldfastError('invalid_input', `The rows cannot be tried: ${says}.`, {
    field: ['/body/rows', ...path].map(String).join('/'),
  });
}

async function recordFor(
  deps: Pick<MappingDependencies, 'db'> & { readonly links: Links },
  asking: Asking,
  id: string | undefined,
  { input, connection }: { readonly input: OutboundRecord['kind']; readonly connection: ConnectionRow },
): Promise<OutboundRecord> {
  const { tenantId } = asking;
  if (id === undefined) return sampleRecord(input, tenantId);
  const about = { asking, connection };
  const [found] = await deps.db.forTenant(tenantId, async (tx) =>
    outsideWalls(tx, asking, await recordsToTry(tx, about, input, { ids: [id], newest: 1 }, deps.links)),
  );
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is nothing with this id that this connection would be sent.', {
    field: '/body/id',
  });
}
