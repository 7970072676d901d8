import type { FieldValue } from '../../connectors/kit/fields.ts';
import { connectorById } from '../../connectors/registry.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { readVersion } from '../../recorder-core/records/connection-versions.ts';
import { readDelivery } from '../../recorder-core/records/list-deliveries.ts';
import type { Asking } from '../identity/asking.ts';
import { currentContent } from './current-content.ts';
import { hiddenOf, operationOf } from './dry-run.ts';
import { requireConnection } from './find-connection.ts';
import type { MappingDependencies } from './map-for-operation.ts';
import { previewRows, type RowPreview } from './mapping/preview-rows.ts';
import { recordsToTry, type Links } from './records-to-try.ts';

/** What a version makes of a field; null where it does not fill it. */
export type MadeField = { readonly value: FieldValue; readonly error: string | null } | null;

/** A field as two versions of a connection fill it. */
export interface ComparedField {
  readonly name: string;
  readonly hidden: boolean;
  readonly differs: boolean;
  readonly then: MadeField;
  readonly now: MadeField;
}

/** What a delivery would carry by the version that it was first tried with, and by the current one. */
export interface ComparedVersions {
  /** Null for a delivery that was never tried. */
  readonly then: number | null;
  readonly now: number;
  /** Empty also where what it is about is not sent any more. */
  readonly fields: readonly ComparedField[];
}

/**
 * Maps what a delivery is about by two versions of its connection, without asking the remote side. Values of rows that hide
 * them, and of records that the person may not read, are left out. Must not be called in a transaction.
 * @throws HoldfastError `not_found`.
 */
export async function compareVersions(
  deps: MappingDependencies & { readonly links: Links },
  asking: Asking,
  deliveryId: string,
): Promise<ComparedVersions> {
  const { tenantId } = asking;
  const read = await deps.db.forTenant(tenantId, async (tx) => {
    const delivery = await readDelivery(tx, deliveryId);
    if (delivery === undefined)
      throw new HoldfastError('not_found', 'There is no delivery with this id in your tenant.');
    const row = await requireConnection(tx, delivery.connectionId);
    const spec = operationOf({ connector: connectorById(row.connector) }, delivery.operation);
    const version = delivery.connectionVersion;
    const [record] = await recordsToTry(
      tx,
      { asking, connection: row },
      spec.input,
      { ids: [delivery.subject.id], newest: 1 },
      deps.links,
    );
    const current = await currentContent(tx, row);
    const before = version === null ? undefined : await readVersion(tx, row.id, version);
    return { delivery, row, spec, record, current, before };
  });
  const { delivery, row, spec, record, current, before } = read;
  const versions = { then: before?.version ?? null, now: row.version };
  if (record === undefined) return { ...versions, fields: [] };
  const made = async (content: Pick<typeof current, 'mappings' | 'reshapes'>) => {
    const text = content.reshapes[delivery.operation];
    const step = text === undefined || deps.reshape === undefined ? undefined : { text, pool: deps.reshape };
    const kind = { input: spec.input, reshaped: text !== undefined };
    return previewRows(content.mappings[delivery.operation] ?? [], kind, record, step);
  };
  const rows = [
    ...(before?.mappings[delivery.operation] ?? []),
    ...(current.mappings[delivery.operation] ?? []),
  ];
  const hides = await hiddenOf(asking, spec, rows, [record.id]);
  return {
    ...versions,
    fields: beside(before === undefined ? [] : await made(before), await made(current), hides),
  };
}

function beside(
  then: readonly RowPreview[],
  now: readonly RowPreview[],
  hides: (field: string) => boolean,
): ComparedField[] {
  const names = [...new Set([...then, ...now].map(({ target }) => target))];
  return names.map((name) => {
    const hidden = hides(name);
    const sides = [then, now].map((rows): MadeField => {
      const row = rows.find(({ target }) => target === name);
      return row === undefined ? null : { value: row.value, error: row.error };
    });
    const shown = sides.map((side) =>
      side === null ? null : { ...side, value: hidden ? null : side.value },
    );
    return {
      name,
      hidden,
      differs: JSON.stringify(sides[0]) !== JSON.stringify(sides[1]),
      then: shown[0] ?? null,
      now: shown[1] ?? null,
    };
  });
}
