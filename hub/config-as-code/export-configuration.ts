import { stringify } from 'yaml';
import type { CurrentObject } from './configured-objects.ts';

/**
 * All objects as a file that says the same: planning it over the same tenant, with its variables set, finds nothing to do.
 * It holds no secret.
 */
export async function exportConfiguration(
  name: string,
  objects: { readonly connections: readonly CurrentObject[]; readonly webhooks: readonly CurrentObject[] },
): Promise<string> {
  const written = async (list: readonly CurrentObject[]): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (const object of list) all.push(await object.write());
    return all;
  };
  const file = {
    holdfast: 1,
    name,
    connections: await written(objects.connections),
    webhooks: await written(objects.webhooks),
  };
  // No aliases: each object can be cut out and moved to another file.
  return stringify(file, { aliasDuplicateObjects: false, lineWidth: 0 });
}
