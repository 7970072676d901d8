import { Context } from '@temporalio/activity';
import type { ConnectorActivities } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `ConnectorActivities.readStream`. */
export function readStream(deps: Pick<ActivityDependencies, 'streams'>): ConnectorActivities['readStream'] {
  return (ref) => {
    const context = Context.current();
    return deps.streams.read(ref, {
      signal: context.cancellationSignal,
      alive: () => context.heartbeat(),
    });
  };
}
