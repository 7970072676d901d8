import { useSyncExternalStore } from 'react';

let live = false;
const watchers = new Set<() => void>();

/** Whether the hub tells of changes now. */
export function isLive(): boolean {
  return live;
}

/** To be called by whoever follows the changes. */
export function setLive(now: boolean): void {
  live = now;
  for (const watch of watchers) watch();
}

/** As `isLive`, for what shows it. */
export function useLive(): boolean {
  return useSyncExternalStore(subscribe, isLive);
}

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  return () => {
    watchers.delete(watch);
  };
}

/**
 * For `refetchInterval` of what a topic concerns, and the mere passing of time as well (a clock runs out, a recorder falls silent, a
 * run goes on): asks often while the hub tells nothing, and seldom while it does.
 */
export function pollSlowlyWhileLive(ms: number, slowMs: number): () => number {
  return () => (live ? slowMs : ms);
}

/**
 * For `refetchInterval` of what a topic of the hub's changes concerns (`topic-keys.ts`): asks again and again only while the hub
 * tells nothing. What changes by the mere passing of time is told by nobody: it keeps an interval of its own.
 */
export function pollUnlessLive(ms: number): () => number | false {
  return () => (live ? false : ms);
}
