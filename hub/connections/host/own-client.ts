import type { Credential } from '../../../connectors/kit/auth.ts';
import type { ConnectorContext, OwnClientLoan, SessionKeep } from '../../../connectors/kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import type { ConnectionBudget, WorkLane } from './connection-budget.ts';
import type { EgressProxy } from './egress-proxy.ts';

/** The credential, and the way to the allow-list until the work ends. */
export async function lendOwnClient(
  proxy: EgressProxy,
  loan: Pick<ConnectorContext, 'signal' | 'log'> & {
    readonly credential: Credential;
    readonly hide: OwnClientLoan['hide'];
    readonly sessions: SessionKeep | undefined;
    readonly origins: ReadonlySet<string>;
    readonly budget: ConnectionBudget;
    readonly lane: WorkLane;
    readonly dryRun: boolean;
  },
): Promise<OwnClientLoan> {
  const { credential, origins, signal, log, budget, lane, dryRun, hide, sessions } = loan;
  const onRefused = (origin: string): void => {
    log('warn', 'a target outside the allow-list was refused', { origin });
  };
  return {
    credential,
    hide,
    ...(sessions === undefined ? {} : { sessions }),
    proxy: await proxy.lend({ origins, signal, onRefused }),
    async takeBudget() {
      try {
        const leave = await budget.enter({ signal, lane, cost: 1, passBreaker: dryRun });
        const left = (): void => {
          signal.removeEventListener('abort', left);
          leave();
        };
        // When the exchange ends only the connector sees; with its work it has.
        if (signal.aborted) left();
        else signal.addEventListener('abort', left, { once: true });
        return left;
      } catch (error) {
        if (isRemoteFailure(error)) throw error;
        const title = 'The work was stopped, or its budget could not be read; nothing was sent.';
        throw new RemoteFailure(remoteError('transient', title, { scope: 'connection' }), { cause: error });
      }
    },
  };
}
