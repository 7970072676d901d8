import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut, mayRetry } from './problem.ts';

/** Key of the session query, the one whose refusal is an answer and not a surprise. */
export const SESSION_KEY = ['session'] as const;

/** The cache of everything read from the hub. `onSignedOut` runs when a call finds that the session has ended. */
export function makeQueryClient(onSignedOut: () => void): QueryClient {
  const watch = (error: unknown) => {
    if (isSignedOut(error)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] !== SESSION_KEY[0]) watch(error);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (mutation.options.mutationKey?.[0] !== SESSION_KEY[0]) watch(error);
      },
    }),
    defaultOptions: {
      queries: { staleTime: 2_000, retry: (failures, error) => failures < 2 && mayRetry(error) },
    },
  });
}
