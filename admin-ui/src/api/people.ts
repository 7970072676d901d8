import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  ChangePerson,
  PersonDetail,
  PersonSummary,
  RoleChangeEntry,
  RoleChangePreview,
  RoleMappingEntry,
  SetMapping,
} from '../../../hub/api/schemas/person.ts';
import { pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { useAct } from './use-act.ts';
import { IntentKeys } from './intent-keys.ts';
import { t } from '../i18n/t.ts';

const REFRESH_MS = 15_000;

interface Mappings {
  readonly items: RoleMappingEntry[];
}

/** Everybody, by name. */
export function usePeople() {
  return useQuery({
    queryKey: ['people'],
    queryFn: ({ signal }) => call<{ items: PersonSummary[] }>('/api/v1/people', { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** One person with every change. */
export function usePerson(id: string) {
  return useQuery({
    queryKey: ['people', id],
    queryFn: ({ signal }) => call<PersonDetail>(`/api/v1/people/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: pollUnlessLive(REFRESH_MS),
  });
}

/** Takes back a change whose date is to come; sent again it acts once. */
export function useWithdrawChange() {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    mutationFn: (id: string) =>
      call<RoleChangeEntry>(`/api/v1/people/changes/${encodeURIComponent(id)}/withdraw`, {
        method: 'POST',
        body: { reason: t('Taken back in the console.') },
        idempotencyKey: keys.keyFor(id),
      }),
    onSuccess: () => {
      keys.settle();
      return client.invalidateQueries({ queryKey: ['people'] });
    },
  });
}

/** Which place gives which role. */
export function useMappings() {
  return useQuery({
    queryKey: ['role-mappings'],
    queryFn: ({ signal }) => call<Mappings>('/api/v1/role-mappings', { signal }),
  });
}

/** Sets the role of a place; the same again changes nothing. */
export function useSetMapping() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SetMapping) => call<Mappings>('/api/v1/role-mappings', { method: 'POST', body }),
    onSuccess: (list) => {
      client.setQueryData(['role-mappings'], list);
    },
  });
}

/** Removes a row of the mapping. */
export function useRemoveMapping() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call<Mappings>(`/api/v1/role-mappings/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: (list) => {
      client.setQueryData(['role-mappings'], list);
    },
  });
}

/** Asks what a change would come to; changes nothing. */
export function usePreviewChange() {
  return useMutation({
    mutationFn: (body: ChangePerson) =>
      call<RoleChangePreview>('/api/v1/people/changes/preview', { method: 'POST', body }),
  });
}

/** Makes a change; sent again it is made once. */
export function useChangePerson() {
  return useAct<RoleChangeEntry, ChangePerson>('/api/v1/people/changes', ['people']);
}
