import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangedView, NewView, SavedView } from '../../../hub/api/schemas/saved-view.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';

const STALE = ['views'];

/** The person's views and those that are shared. */
export function useViews() {
  return useQuery({
    queryKey: STALE,
    queryFn: ({ signal }) => call<{ items: SavedView[] }>('/api/v1/views', { signal }),
    staleTime: 60_000,
  });
}

/** Keeps a search; the same one sent again is kept once. */
export function useSaveView() {
  return useAct<SavedView, NewView>('/api/v1/views', STALE);
}

/** What becomes of one view: another name or search, shared or not, removed, or the one the list opens with. */
export function useChangeView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ViewChange) => send(change),
    onSuccess: () => client.invalidateQueries({ queryKey: STALE }),
  });
}

/** Each of them can be sent twice and does the same. */
export type ViewChange =
  | { readonly id: string; readonly to: ChangedView }
  | { readonly id: string; readonly remove: true }
  | { readonly list: SavedView['list']; readonly defaultId: string | null };

function send(change: ViewChange): Promise<unknown> {
  if ('defaultId' in change)
    return call('/api/v1/views/default', {
      method: 'POST',
      body: { list: change.list, viewId: change.defaultId },
    });
  const path = `/api/v1/views/${encodeURIComponent(change.id)}`;
  return 'remove' in change
    ? call(path, { method: 'DELETE' })
    : call(path, { method: 'POST', body: change.to });
}
