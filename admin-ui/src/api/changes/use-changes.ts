import { useEffect } from 'react';
import { useQueryClient, type Query, type QueryClient } from '@tanstack/react-query';
import type { ChangeEvent } from '../../../../hub/api/schemas/change.ts';
import { SESSION_KEY } from '../query-client.ts';
import { followChanges } from './follow-changes.ts';
import { isLive, setLive } from './poll-unless-live.ts';
import { keysOf, KEYS_OF_TOPIC, pauseOf, type ChangeTopic } from './topic-keys.ts';

/** A list of which more pages were loaded is read again by its own slow interval: all of its pages would be. */
const MOST_PAGES = 3;

/** While the calling component stands, what the hub tells to have changed is read again, through the ordinary queries. */
export function useChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const reading = new ReadingAgain(queries);
    const stop = followChanges({
      onEvent: ({ event, data }) => {
        if (event === 'anew') reading.all();
        else for (const topic of topicsIn(data)) reading.soon(topic);
      },
      onLive: (live) => {
        if (live === isLive()) return;
        setLive(live);
        if (!live) reading.all(); // and from there on again and again
      },
      onSignedOut: async () => {
        await queries.refetchQueries({ queryKey: SESSION_KEY });
      },
    });
    return () => {
      stop();
      setLive(false);
      reading.stop();
    };
  }, [queries]);
}

function topicsIn(data: string): readonly ChangeTopic[] {
  try {
    const { topics } = JSON.parse(data) as ChangeEvent;
    return topics.filter((topic) => Object.hasOwn(KEYS_OF_TOPIC, topic)); // a newer hub tells of others too
  } catch {
    return [];
  }
}

/** Reads queries again, each topic at most once in its pause. */
class ReadingAgain {
  readonly #queries: QueryClient;
  readonly #waiting = new Map<ChangeTopic, ReturnType<typeof setTimeout>>();
  readonly #readAt = new Map<ChangeTopic, number>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  soon(topic: ChangeTopic): void {
    if (this.#waiting.has(topic)) return;
    const wait = (this.#readAt.get(topic) ?? -Infinity) + pauseOf(topic) - performance.now();
    const read = (): void => {
      this.#waiting.delete(topic);
      this.#readAt.set(topic, performance.now());
      this.#read([topic]);
    };
    this.#waiting.set(topic, setTimeout(read, Math.max(0, wait)));
  }

  all(): void {
    this.#read(Object.keys(KEYS_OF_TOPIC) as ChangeTopic[]);
  }

  stop(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
  }

  #read(topics: readonly ChangeTopic[]): void {
    const keys = keysOf(topics);
    const concerned = (query: Query) => keys.has(String(query.queryKey[0])) && !isLong(query);
    void this.#queries.invalidateQueries({ predicate: concerned });
  }
}

function isLong({ state }: Query): boolean {
  const { pages } = (state.data ?? {}) as { pages?: readonly unknown[] };
  return Array.isArray(pages) && pages.length > MOST_PAGES;
}
