import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type {
  LedgerAlarm,
  LedgerHistory,
  LedgerKey,
  LedgerKeyList,
} from '../../../hub/api/schemas/anchors.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';
import { useAct } from './use-act.ts';

const PAGE = 100;
const REFRESH_MS = 30_000;

/** Every key that signs or signed the ledger, and the one that comes next. */
export function useLedgerKeys(enabled: boolean) {
  return useQuery({
    queryKey: ['ledger-keys'],
    queryFn: ({ signal }) => call<LedgerKeyList>('/api/v1/ledger/keys', { signal }),
    enabled,
  });
}

/** Published checkpoints, newest first, page after page. */
export function useLedgerHistory(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['ledger-history'],
    queryFn: ({ pageParam, signal }) =>
      call<LedgerHistory>(
        `/api/v1/ledger/history${queryString({ order: 'newest', limit: String(PAGE), before: pageParam })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : String(items.at(-1)?.size)),
    enabled,
  });
}

/** What witnesses and authorities found wrong: what stands, then what stood. */
export function useLedgerAlarms(enabled: boolean) {
  return useQuery({
    queryKey: ['ledger-alarms'],
    queryFn: ({ signal }) => call<{ items: LedgerAlarm[] }>('/api/v1/ledger/alarms', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
    enabled,
  });
}

/** Has the ledger cosigned and time-stamped as soon as possible. */
export function useAskAnchor() {
  return useAct<{ asked: true }>('/api/v1/ledger/anchor', ['ledger-history']);
}

/** Makes the next signing key the current one. */
export function useRotateSigningKey() {
  return useAct<{ before: LedgerKey; after: LedgerKey }, { reason: string }>('/api/v1/ledger/keys/rotate', [
    'ledger-keys',
  ]);
}

/** Clears the alarms that stand, so that the ledger is signed again. */
export function useClearAlarms() {
  return useAct<{ items: LedgerAlarm[] }, { reason: string }>('/api/v1/ledger/alarms/clear', [
    'ledger-alarms',
  ]);
}
