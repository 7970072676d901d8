import { z } from 'zod';
import { firstFault } from '../../connectors/kit/first-fault.ts';
import type { Connector } from '../../connectors/kit/connector.ts';
import { mappingRow, type Catalog, type FieldSpec } from '../../connectors/kit/fields.ts';
import type { ConnectorManifest, OperationMapping } from '../../connectors/kit/manifest.ts';
import { mappedObject } from '../../connectors/kit/mapped-object.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Mappings, Reshapes } from '../../recorder-core/records/connection-versions.ts';
import { compileMapping } from './mapping/compile-mapping.ts';
import { MAX_RESHAPE, type ReshapePool } from './mapping/reshape/reshape-pool.ts';

/** Rows of one operation. */
export const MOST_ROWS = 500;
const reshapesInput = z.record(z.string().max(100), z.string().min(1).max(MAX_RESHAPE));
const mappingsInput = z.record(z.string().max(100), z.array(mappingRow).max(MOST_ROWS));

/** The mappings that a connector comes with. */
export function defaultMappings({ operations }: ConnectorManifest): Mappings {
  return Object.fromEntries(
    Object.entries(operations).flatMap(([id, { mapping }]) =>
      mapping === undefined ? [] : [[id, mapping.defaults]],
    ),
  );
}

/** What is wrong with one cell of a mapping; `row` and `column` are null where it is about more than one cell. */
export interface MappingFault {
  readonly operation: string;
  readonly row: number | null;
  readonly column: string | null;
  readonly message: string;
}

/**
 * Mappings as somebody wants them, of operations that take one, with expressions that can be evaluated, and where the remote
 * system's fields are known only into fields that it has and that can be written.
 * @throws HoldfastError `invalid_input` that points at operation, row and column.
 */
export function checkedMappings(
  connector: Connector,
  config: Readonly<Record<string, unknown>>,
  input: unknown,
  catalog?: Catalog,
  reshapes: Reshapes = {},
): Mappings {
  const parsed = mappingsInput.safeParse(input);
  if (!parsed.success) {
    const { path, says } = firstFault(parsed.error);
    throw refuse(path.map(String), `${says}.`);
  }
  const [fault] = mappingFaults(connector, config, parsed.data, catalog, reshapes);
  if (fault === undefined) return parsed.data;
  const { operation, row, column, message } = fault;
  throw refuse([operation, row, column].filter((part) => part !== null).map(String), message);
}

/**
 * Reshapes as somebody wants them, of operations that take a mapping, each a text that can be evaluated.
 * @throws HoldfastError `invalid_input` that points at the operation, `unavailable` where no reshape can run now.
 */
export async function checkedReshapes(
  { manifest }: Connector,
  input: unknown,
  pool: ReshapePool | undefined,
): Promise<Reshapes> {
  const parsed = reshapesInput.safeParse(input);
  if (!parsed.success) {
    const { path, says } = firstFault(parsed.error);
    throw refuseReshape(path.map(String), `${says}.`);
  }
  for (const [operation, text] of Object.entries(parsed.data)) {
    if (manifest.operations[operation]?.mapping === undefined)
      throw refuseReshape([operation], `the connector "${manifest.id}" takes no mapping there.`);
    if (pool === undefined)
      throw new HoldfastError('unavailable', 'No reshape can be checked here now. Nothing was changed.');
    const wrong = await pool.check(text);
    if (wrong !== undefined) throw refuseReshape([operation], wrong);
  }
  return parsed.data;
}

function refuseReshape(path: readonly string[], why: string): HoldfastError {
  return new HoldfastError('invalid_input', `The reshape was refused: ${why}`, {
    field: ['/body/reshapes', ...path].join('/'),
  });
}

/** Everything that is wrong with mappings of the right shape; empty where they can be used. */
export function mappingFaults(
  { manifest }: Connector,
  config: Readonly<Record<string, unknown>>,
  mappings: Mappings,
  catalog: Catalog | undefined,
  reshapes: Reshapes = {},
): MappingFault[] {
  return Object.entries(mappings).flatMap(([operation, rows]): MappingFault[] => {
    const whole = (message: string): MappingFault => ({ operation, row: null, column: null, message });
    const spec = Object.hasOwn(manifest.operations, operation) ? manifest.operations[operation] : undefined;
    const mapping = spec?.mapping;
    if (spec === undefined || mapping === undefined)
      return [whole(`The connector "${manifest.id}" has no operation "${operation}" that takes a mapping.`)];
    const fields = fieldsOf(mapping, config, catalog);
    if (fields === null)
      return [whole(`The remote system has no object "${mappedObject(mapping, config)}".`)];
    const { faults } = compileMapping(rows, {
      input: spec.input,
      reshaped: Object.hasOwn(reshapes, operation),
      ...(fields && { fields }),
    });
    return faults.map(({ row, field, message }) => ({ operation, row, column: columnOf(field), message }));
  });
}

/** The fields a mapping may fill: undefined where nobody asked the remote system, null where it has no such object. */
export function fieldsOf(
  mapping: OperationMapping,
  config: Readonly<Record<string, unknown>>,
  catalog: Catalog | undefined,
): readonly FieldSpec[] | undefined | null {
  if (catalog === undefined) return undefined;
  const object = mappedObject(mapping, config);
  return catalog.objects.find(({ name }) => name === object)?.fields ?? null;
}

/** The column in a pointer such as `/0/expr`. */
function columnOf(field: string): string | null {
  return field.split('/')[2] ?? null;
}

function refuse(path: readonly string[], why: string): HoldfastError {
  const [operation, row, column] = path;
  const where =
    operation === undefined
      ? ''
      : ` of "${operation}"${row === undefined ? '' : `, row ${Number(row) + 1}`}${column === undefined ? '' : `, ${column}`}`;
  return new HoldfastError('invalid_input', `The mapping${where} was refused: ${why}`, {
    field: ['/body/mappings', ...path].join('/'),
  });
}
