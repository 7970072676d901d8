import {
  listConfiguredObjects,
  type ConfiguredKind,
} from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { mayAccessAll } from '../access/require-access.ts';
import type { CurrentObject } from './configured-objects.ts';
import type { FieldChange } from './field-changes.ts';
import { givenSecrets } from './given-secrets.ts';
import { driftOf } from './plan-configuration.ts';
import { objectsOf, type Tenancy } from './plan-file.ts';

/** An object that is not as the file that speaks for it left it. */
export interface DriftedObject {
  readonly kind: ConfiguredKind;
  readonly id: string;
  /** Null where it was removed. */
  readonly name: string | null;
  /** The name of the file. */
  readonly source: string;
  /** From what the file left to what is there; none where it was removed. */
  readonly changes: readonly FieldChange[];
}

/** What other hands changed of what files speak for, as far as who asks may see it. Changes nothing, and needs no file. */
export async function readDrift(tx: Tx, tenancy: Tenancy): Promise<DriftedObject[]> {
  const mayReadLevels = await mayAccessAll(tx, tenancy.asking, 'incident.read');
  const managed = (await listConfiguredObjects(tx)).filter(
    ({ kind }) => kind !== 'incident-levels' || mayReadLevels,
  );
  if (managed.length === 0) return [];
  const { connections, webhooks, levels } = objectsOf(tx, tenancy, givenSecrets({}));
  const current: Readonly<Record<ConfiguredKind, readonly CurrentObject[]>> = {
    connection: await connections.current(),
    webhook: await webhooks.current(),
    'incident-levels': await levels.current(),
  };
  return managed.flatMap((one): DriftedObject[] => {
    const { kind, objectId: id, source } = one;
    const there = current[kind].find((object) => object.id === id);
    if (there === undefined) return [{ kind, id, name: null, source, changes: [] }];
    const changes = driftOf(one, there);
    return changes.length === 0 ? [] : [{ kind, id, name: there.name, source, changes }];
  });
}
