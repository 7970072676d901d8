import type { StateRule } from '../app/src/server/ticket-state.ts';
import type { ServicenowConfig } from '../config.ts';

/** Which values the state of a ticket takes. */
export function stateRule(config: ServicenowConfig): StateRule {
  return {
    inProgress: config.stateInProgress,
    resolved: config.stateResolved,
    closed: config.stateClosed,
    ended: config.endedStates,
  };
}
