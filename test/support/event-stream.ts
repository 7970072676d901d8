/** Reads the stream of changes as a console does. */
export interface OpenEvents {
  readonly status: number;
  /** The next event. @throws where the stream ended before it. */
  next(): Promise<{ readonly event: string; readonly id: string; readonly topics: readonly string[] }>;
  /** Reads on until an event names the topic. */
  until(topic: string): Promise<void>;
  /** Resolves when the hub ends the stream. */
  ended(): Promise<void>;
  close(): Promise<void>;
}

/** Opens it with the cookie of a person; `after` is the id of the last event that was read. */
export async function openEvents(url: string, cookie: string, after?: string): Promise<OpenEvents> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/api/v1/changes`, {
    headers: {
      cookie,
      Accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'Last-Event-ID': after }),
    },
    signal: leaving.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async (): Promise<boolean> => {
    const { done = true, value = '' } = (await reader?.read()) ?? {};
    text += value;
    return !done;
  };
  const next: OpenEvents['next'] = async () => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        if (block.startsWith(':')) continue;
        const { topics } = JSON.parse(field('data')) as { topics: string[] };
        return { event: field('event'), id: field('id'), topics };
      }
      if (!(await read())) throw new Error('The stream of changes ended.');
    }
  };
  return {
    status: response.status,
    next,
    async until(topic) {
      while (!(await next()).topics.includes(topic));
    },
    async ended() {
      while (await read());
    },
    async close() {
      leaving.abort();
      await reader?.cancel().catch(() => undefined);
    },
  };
}
