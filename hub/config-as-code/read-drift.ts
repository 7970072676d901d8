import {
  listConfiguredObjects,
  type ConfiguredKind,
} from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { connectionObjects } from './connection-objects.ts';
import type { FieldChange } from './field-changes.ts';
import { givenSecrets } from './given-secrets.ts';
import { driftOf } from './plan-configuration.ts';
import type { Tenancy } from './plan-file.ts';
import { webhookObjects } from './webhook-objects.ts';

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

/** What other hands changed of what files speak for. Changes nothing, and needs no file. */
export async function readDrift(tx: Tx, tenancy: Tenancy): Promise<DriftedObject[]> {
  const secrets = givenSecrets({});
  const managed = await listConfiguredObjects(tx);
  if (managed.length === 0) return [];
  const current = {
    connection: await connectionObjects({ tx, ...tenancy, secrets }).current(),
    webhook: await webhookObjects(tx).current(),
  };
  return managed.flatMap((one): DriftedObject[] => {
    const { kind, objectId: id, source } = one;
    const there = current[kind].find((object) => object.id === id);
    if (there === undefined) return [{ kind, id, name: null, source, changes: [] }];
    const changes = driftOf(one, there);
    return changes.length === 0 ? [] : [{ kind, id, name: there.name, source, changes }];
  });
}
