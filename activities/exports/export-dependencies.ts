import type { BundleAccess } from '../../recorder-core/evidence/make-bundle.ts';
import type { PartAccess } from '../../recorder-core/records/open-part.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** What the making of bundles works with. */
export interface ExportDependencies
  extends Pick<ActivityDependencies, 'newId' | 'now' | 'speech'>, PartAccess {
  readonly evidence: Pick<BundleAccess, 'checkpoint' | 'markKey' | 'software'>;
}

/** Where the objects of an export stand; each attempt to make it has keys of its own below. */
export function exportPrefix(tenantId: string, exportId: string): string {
  return `exports/${tenantId}/${exportId}/`;
}
