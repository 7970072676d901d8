import type { ConnectorContext } from '../kit/context.ts';
import type { Catalog } from '../kit/fields.ts';
import { RemoteFailure } from '../kit/remote-error.ts';
import { ownFields, type ElasticsearchConfig } from './config.ts';
import { engineOf } from './engine-of.ts';
import { compareFields, conflictError } from './prepare-index.ts';
import { recordingAlias, recordingMapping } from './recording-index.ts';

/** The object that a mapping fills. */
export const MAPPED_OBJECT = 'recording';

/**
 * The connection's own fields, as they are or will be in the index.
 * @throws RemoteFailure `config`, naming the field, where the index has it with another type.
 */
export async function discoverFields(ctx: ConnectorContext<ElasticsearchConfig>): Promise<Catalog> {
  const found = (await engineOf(ctx).mappings(recordingAlias(ctx))) ?? {};
  for (const [index, { properties }] of Object.entries(found)) {
    const { conflict } = compareFields(recordingMapping(ctx).properties, properties);
    if (conflict !== undefined) throw new RemoteFailure(conflictError(index, conflict));
  }
  const fields = ownFields(ctx.config).map(({ name, type }) => ({
    name,
    title: name,
    type,
    required: false,
    writable: true,
  }));
  return { objects: [{ name: MAPPED_OBJECT, title: 'Recording', fields }] };
}
