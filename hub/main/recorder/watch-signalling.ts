import type { UserAgent } from '../../../recorder-core/sip/user-agent.ts';
import { repeatWork, type RepeatedWork } from '../../live/repeated-work.ts';
import type { Metrics } from '../../observability/metrics.ts';

const LOOK_MS = 3_000;

/** Tells the metrics what the user agent holds in memory; what grows there while calls do not is a leak, or an attack. */
export function watchSignalling(
  { sipDialogs, sipTransactions }: Pick<Metrics, 'sipDialogs' | 'sipTransactions'>,
  userAgent: Pick<UserAgent, 'load'>,
): RepeatedWork {
  return repeatWork(
    LOOK_MS,
    () => {
      const { dialogs, serverTransactions, clientTransactions } = userAgent.load;
      sipDialogs.set(dialogs);
      sipTransactions.set({ side: 'server' }, serverTransactions);
      sipTransactions.set({ side: 'client' }, clientTransactions);
      return Promise.resolve();
    },
    () => undefined, // reading numbers does not fail
  );
}
