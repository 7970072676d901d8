import { openEvents } from '../client.ts';
import { isSignedOut } from '../problem.ts';
import { EventReader, type ServerEvent } from './read-events.ts';

/** The hub sends something every 15 seconds; after so long a silence the connection is dead. */
const SILENCE_MS = 40_000;
/** A window that nobody sees for so long gives its connection back: browsers open only a few to one hub. */
const HIDDEN_MS = 30_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** What somebody does with the changes. */
export interface ChangeFollower {
  readonly onEvent: (event: ServerEvent) => void;
  /** True: what changes is told. False: nothing is, until the next true. */
  readonly onLive: (live: boolean) => void;
  /** The session has ended; resolves when it is time to ask again. */
  readonly onSignedOut: () => Promise<void>;
}

/** Follows the hub's changes until it is told to stop: connects anew whenever a connection ends, and after what was told last. */
export function followChanges(follower: ChangeFollower): () => void {
  const stopping = new AbortController();
  void follow(follower, stopping.signal);
  return () => {
    stopping.abort();
  };
}

async function follow(follower: ChangeFollower, stop: AbortSignal): Promise<void> {
  const place = { lastId: '' };
  let failures = 0;
  while (!stop.aborted) {
    await untilVisible(stop);
    try {
      await readOnce(follower, place, stop);
      failures = 0;
    } catch (error) {
      if (stop.aborted) return;
      failures += 1;
      follower.onLive(false);
      if (isSignedOut(error)) await follower.onSignedOut();
    }
    // Many consoles that lose their hub at one moment come back one after another.
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    await pause(longest * (0.5 + Math.random() / 2), stop);
  }
}

/** Reads one connection to its end. @throws where there was none, or it broke. */
async function readOnce(
  { onEvent, onLive }: ChangeFollower,
  place: { lastId: string },
  stop: AbortSignal,
): Promise<void> {
  const cut = new AbortController();
  const signal = AbortSignal.any([stop, cut.signal]);
  const stopHiding = whenHidden(HIDDEN_MS, cut);
  let silence = setTimeout(() => undefined, 0);
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      cut.abort();
    }, SILENCE_MS);
  };
  try {
    heard();
    const reader = new EventReader();
    for await (const piece of await openEvents('/api/v1/changes', place.lastId, signal)) {
      heard();
      for (const event of reader.take(piece)) {
        place.lastId = event.id;
        onLive(true);
        onEvent(event);
      }
    }
  } catch (error) {
    if (!document.hidden) throw error;
  } finally {
    clearTimeout(silence);
    stopHiding();
  }
}

/** Cuts a connection when the window was hidden for so long. */
function whenHidden(ms: number, cut: AbortController): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden)
      timer = setTimeout(() => {
        cut.abort();
      }, ms);
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}

function untilVisible(stop: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const done = new AbortController();
    const look = (): void => {
      if (document.hidden && !stop.aborted) return;
      done.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', look, { signal: done.signal });
    stop.addEventListener('abort', look, { signal: done.signal });
  });
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
