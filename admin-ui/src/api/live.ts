import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  LiveCall,
  RecorderAlert,
  RecorderCommand,
  RecorderNode,
} from '../../../hub/api/schemas/live.ts';
import { pollSlowlyWhileLive, pollUnlessLive } from './changes/poll-unless-live.ts';
import { call } from './client.ts';
import { IntentKeys } from './intent-keys.ts';
import { ProblemError } from './problem.ts';
import { t } from '../i18n/t.ts';

/** A recorder that falls silent tells nothing, so its age is asked for also while the hub tells of changes. */
const REFRESH_MS = 3_000;
const SILENCE_REFRESH_MS = 10_000;
const ALERTS_REFRESH_MS = 10_000;
const ANSWER_REFRESH_MS = 400;

/** What a person asks of a call in progress, and of a recorder; what was said of consent is noted by its own form. */
export type Verb = Exclude<RecorderCommand['verb'], 'consent' | 'circumstance'>;

/** The recorders, as their heartbeats tell. */
export function useRecorders() {
  return useQuery({
    queryKey: ['live', 'recorders'],
    queryFn: ({ signal }) => call<{ items: RecorderNode[] }>('/api/v1/recorders', { signal }),
    refetchInterval: pollSlowlyWhileLive(REFRESH_MS, SILENCE_REFRESH_MS),
  });
}

/** Calls in progress, those with alerts first. */
export function useLiveCalls() {
  return useQuery({
    queryKey: ['live', 'calls'],
    queryFn: ({ signal }) => call<{ items: LiveCall[] }>('/api/v1/live-calls', { signal }),
    refetchInterval: pollSlowlyWhileLive(REFRESH_MS, SILENCE_REFRESH_MS),
  });
}

/** Alerts that stand, then those of the last day. */
export function useAlerts() {
  return useQuery({
    queryKey: ['live', 'alerts'],
    queryFn: ({ signal }) => call<{ items: RecorderAlert[] }>('/api/v1/alerts?limit=50', { signal }),
    refetchInterval: pollUnlessLive(ALERTS_REFRESH_MS),
  });
}

/** Where a verb is asked: about a call, or of a whole recorder. */
export function askPath(verb: Verb, subject: string): string {
  const collection = verb === 'drain' || verb === 'undrain' ? 'recorders' : 'live-calls';
  return `/api/v1/${collection}/${encodeURIComponent(subject)}/${verb}`;
}

/** Asks a recorder and waits for its answer; the same reason sent again asks once. Fails with the recorder's own words. */
export function useAskRecorder(verb: Verb, subject: string) {
  const client = useQueryClient();
  const [keys] = useState(() => new IntentKeys());
  return useMutation({
    mutationFn: async (body: { reason: string }) => {
      const idempotencyKey = keys.keyFor(JSON.stringify(body));
      const asked = await call<RecorderCommand>(askPath(verb, subject), {
        method: 'POST',
        body,
        idempotencyKey,
      });
      keys.settle();
      return untilSettled(asked);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['live'] }),
  });
}

/** The hub settles every command within a minute and a half, as failed if need be. */
async function untilSettled(asked: RecorderCommand): Promise<RecorderCommand> {
  let command = asked;
  while (command.settledAt === null) {
    await new Promise((resolve) => setTimeout(resolve, ANSWER_REFRESH_MS));
    command = await call<RecorderCommand>(`/api/v1/recorder-commands/${command.id}`);
  }
  if (command.state === 'done') return command;
  throw new ProblemError({
    status: 503,
    code: 'unavailable',
    title: t('The recorder did not do it'),
    detail: command.answer ?? t('The recorder gave no reason.'),
  });
}
