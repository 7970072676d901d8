import type { RebuildStep } from '../../activities/comparisons/rebuild-step.ts';
import { openConnection, type ConnectionDependencies } from './open-connection.ts';

/** Takes the steps of rebuilds for the activities; throws RemoteFailure where the other side refuses. */
export function makeRebuildStep(deps: ConnectionDependencies): RebuildStep {
  return async ({ step, ...work }) => {
    const { connector, ctx, close } = await openConnection(deps, { ...work, lane: 'backfill' });
    try {
      return await connector.rebuild(ctx, step);
    } finally {
      close();
    }
  };
}
