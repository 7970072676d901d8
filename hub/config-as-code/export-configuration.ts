import { Document, isNode, isSeq } from 'yaml';
import type { CurrentObject } from './configured-objects.ts';

/**
 * All objects as a file that says the same: planning it over the same tenant, with its variables set, finds nothing to do.
 * It holds no secret. Where an object stands is a comment above it: a file says what it is, people move it.
 */
export async function exportConfiguration(
  name: string,
  objects: {
    readonly connections: readonly CurrentObject[];
    readonly webhooks: readonly CurrentObject[];
    readonly incidentLevels: CurrentObject | undefined;
  },
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
    ...(objects.incidentLevels !== undefined && { incidentLevels: await objects.incidentLevels.write() }),
  };
  // No aliases: each object can be cut out and moved to another file.
  const document = new Document(file, { aliasDuplicateObjects: false });
  noteStates(document, 'connections', objects.connections);
  noteStates(document, 'webhooks', objects.webhooks);
  return document.toString({ lineWidth: 0 });
}

function noteStates(document: Document, list: string, objects: readonly CurrentObject[]): void {
  const items = document.get(list);
  if (!isSeq(items)) return;
  for (const [index, item] of items.items.entries())
    if (isNode(item)) item.commentBefore = ` ${objects[index]?.state ?? ''}`;
}
