import type { ActivityDependencies } from '../dependencies.ts';
import { exportPrefix } from './export-dependencies.ts';

/** Deletes every object of an export but those named; answers how many. Objects of attempts that were killed go too. */
export async function removeObjects(
  { objects }: Pick<ActivityDependencies, 'objects'>,
  tenantId: string,
  exportId: string,
  keep: readonly (string | null)[] = [],
): Promise<number> {
  let removed = 0;
  for await (const { key } of objects.list(exportPrefix(tenantId, exportId))) {
    if (keep.includes(key)) continue;
    if ((await objects.delete(key)) === 'deleted') removed += 1;
  }
  return removed;
}
