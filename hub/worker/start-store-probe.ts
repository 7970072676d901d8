import type { Client } from '@temporalio/client';
import { objectStoreProbeId } from '../../workflows/ids.ts';
import type { objectStoreProbe } from '../../workflows/object-store-probe/workflow.ts';
import { QUEUES } from '../../workflows/queues.ts';

/**
 * Has the object store probed now: a start may have brought another store or other locks. A probe that a start before
 * this one began is given up for it; what that one left, this one tidies.
 */
export async function startStoreProbe(client: Client): Promise<void> {
  await client.workflow.start<typeof objectStoreProbe>('objectStoreProbe', {
    workflowId: objectStoreProbeId('start'),
    taskQueue: QUEUES.lifecycle,
    args: [],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
}
