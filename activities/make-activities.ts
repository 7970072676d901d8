import type {
  ConnectorActivities,
  LifecycleActivities,
  MediaActivities,
  SpoolActivities,
} from './contract.ts';
import { deliverRecording } from './connectors/deliver-recording.ts';
import { withdrawRecording } from './connectors/withdraw-recording.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { certifyDisposal } from './lifecycle/certify-disposal.ts';
import { claimDue } from './lifecycle/claim-due.ts';
import { destroyKeys } from './lifecycle/destroy-keys.ts';
import { destroyObjects } from './lifecycle/destroy-objects.ts';
import { listDeliveries } from './lifecycle/list-deliveries.ts';
import { retainRecording } from './lifecycle/retain-recording.ts';
import { enrichRecording } from './media/enrich-recording.ts';
import { storeParts } from './spool/store-parts.ts';

/** The activities of each task queue, bound to their dependencies. */
export interface Activities {
  readonly spool: SpoolActivities;
  readonly media: MediaActivities;
  readonly lifecycle: LifecycleActivities;
  readonly connectors: ConnectorActivities;
}

/** Binds every activity; the only list of them. */
export function makeActivities(deps: ActivityDependencies): Activities {
  return {
    spool: { storeParts: storeParts(deps) },
    media: { enrichRecording: enrichRecording(deps) },
    lifecycle: {
      listDeliveries: listDeliveries(deps),
      retainRecording: retainRecording(deps),
      claimDue: claimDue(deps),
      destroyKeys: destroyKeys(deps),
      destroyObjects: destroyObjects(deps),
      certifyDisposal: certifyDisposal(deps),
    },
    connectors: { deliverRecording: deliverRecording(deps), withdrawRecording: withdrawRecording(deps) },
  };
}
