let live = false;

/** Whether the hub tells of changes now. */
export function isLive(): boolean {
  return live;
}

/** To be called by whoever follows the changes. */
export function setLive(now: boolean): void {
  live = now;
}

/**
 * For `refetchInterval` of what a topic of the hub's changes concerns (`topic-keys.ts`): asks again and again only while the hub
 * tells nothing. What changes by the mere passing of time is told by nobody: it keeps an interval of its own.
 */
export function pollUnlessLive(ms: number): () => number | false {
  return () => (live ? false : ms);
}
