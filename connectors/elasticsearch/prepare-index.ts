/** Making the tenant's index, and bringing the mapping of one that is there up to date. */
import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { ElasticsearchConfig } from './config.ts';
import type { MappedField, SearchEngine } from './engine.ts';
import { putTemplates } from './put-templates.ts';
import { RECORDING_SETTINGS, recordingAlias, recordingIndex, recordingMapping } from './recording-index.ts';

type Ctx = ConnectorContext<ElasticsearchConfig>;

/** Makes the tenant's index, or the copy of a rebuild, with its alias in one request; does nothing where it is there. */
export async function makeIndex(engine: SearchEngine, ctx: Ctx): Promise<void> {
  const index = recordingIndex(ctx);
  try {
    await putTemplates(engine, ctx);
    const aliases = { [recordingAlias(ctx)]: { is_write_index: true } };
    const body = { aliases, mappings: recordingMapping(ctx), settings: RECORDING_SETTINGS };
    await engine.createIndex(index, body);
    ctx.log('info', 'made an index of the tenant', { index });
  } catch (error) {
    const existed =
      isRemoteFailure(error) && error.remoteError.remote?.code === 'resource_already_exists_exception';
    if (!existed) throw ofTheIndex(error, `The index ${index} could not be made`);
  }
}

/** What an engine does not take of an index is the fault of no record. */
function ofTheIndex(error: unknown, what: string): unknown {
  if (!isRemoteFailure(error) || error.remoteError.class !== 'invalid_record') return error;
  const { remote } = error.remoteError;
  return new RemoteFailure(
    remoteError('config', `${what}: the search engine refuses it.`, {
      scope: 'connection',
      fix: 'Look at its limits (shards of the cluster, fields of an index) and at templates of the same pattern; its log says which.',
      ...(remote === undefined ? {} : { remote }),
    }),
    { cause: error },
  );
}

/**
 * Adds what the mapping of the tenant's index lacks; what is there stays as it is. False where nothing was missing.
 * @throws RemoteFailure `config`, naming the field, where one is there with another type.
 */
export async function extendMapping(engine: SearchEngine, ctx: Ctx): Promise<boolean> {
  let extended = false;
  const found = (await engine.mappings(recordingAlias(ctx))) ?? {};
  for (const [index, { properties }] of Object.entries(found)) {
    const { missing, conflict } = compareFields(recordingMapping(ctx).properties, properties);
    if (conflict !== undefined) throw new RemoteFailure(conflictError(index, conflict));
    if (Object.keys(missing).length === 0) continue;
    try {
      await engine.putMapping(index, missing);
    } catch (error) {
      throw ofTheIndex(error, `Fields could not be added to the index ${index}`);
    }
    ctx.log('info', 'added fields to the index of the tenant', { index });
    extended = true;
  }
  return extended;
}

/** A field that stands in an index with another type than it has to have. */
export interface FieldConflict {
  readonly field: string;
  readonly wanted: string;
  readonly found: string;
}

/** What a mapping lacks of what it has to have, and the first field of another type. Pure. */
export function compareFields(
  wanted: Readonly<Record<string, MappedField>>,
  found: Readonly<Record<string, MappedField>> = {},
  path = '',
): { readonly missing: Record<string, MappedField>; readonly conflict?: FieldConflict } {
  const missing: Record<string, MappedField> = {};
  for (const [name, field] of Object.entries(wanted)) {
    const there = found[name];
    if (there === undefined) missing[name] = field;
    else {
      // An object says its fields and no type.
      const [want, has] = [field.type ?? 'object', there.type ?? 'object'];
      if (want !== has) return { missing, conflict: { field: `${path}${name}`, wanted: want, found: has } };
      if (field.properties === undefined) continue;
      const below = compareFields(field.properties, there.properties, `${path}${name}.`);
      if (below.conflict !== undefined) return { missing, conflict: below.conflict };
      if (Object.keys(below.missing).length > 0) missing[name] = { ...field, properties: below.missing };
    }
  }
  return { missing };
}

/** What a person is told of a conflict. */
export function conflictError(index: string, { field, wanted, found }: FieldConflict) {
  return remoteError(
    'config',
    `The field "${field}" of the index ${index} has the type ${found}; it has to be ${wanted}.`,
    {
      scope: 'connection',
      field,
      fix: 'Give the field another name or its former type, or rebuild the index: a new one gets the types of today.',
    },
  );
}
