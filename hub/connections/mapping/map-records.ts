import type { OutboundRecord } from '../../../connectors/kit/record.ts';
import type { CompiledMapping, MappedRecord } from './compile-mapping.ts';
import type { ReshapePool } from './reshape/reshape-pool.ts';

/** The reshape step of a mapping, and where it runs. */
export interface ReshapeStep {
  readonly text: string;
  readonly pool: ReshapePool;
}

/**
 * What a mapping makes of records, one answer per record in their order. With a reshape, its result is `shape` in the
 * rows; a record that it cannot be evaluated for is refused as by a row of its own.
 * @throws HoldfastError `unavailable` where the reshape's process cannot run now.
 */
export async function mapRecords(
  mapping: CompiledMapping,
  records: readonly OutboundRecord[],
  reshape?: ReshapeStep,
): Promise<MappedRecord[]> {
  if (reshape === undefined) return records.map((record) => mapping.apply(record));
  const shapes = await reshape.pool.reshape(reshape.text, records);
  return records.map((record, index) => {
    const shape = shapes[index] ?? { wrong: 'The reshape gave no answer for this record.' };
    if ('wrong' in shape) return { error: { row: -1, target: 'reshape', message: shape.wrong } };
    return mapping.apply(record, shape.value);
  });
}
