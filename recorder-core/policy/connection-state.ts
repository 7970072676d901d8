/** The life of a connection. Pure; the rows follow it, and nothing changes a state but by an event of it. */

/**
 * `draft` was never live; `live` is told and may tell; `paused` does neither until it is resumed; `removed` does nothing any
 * more but forget what it was told before.
 */
export const CONNECTION_STATES = ['draft', 'live', 'paused', 'removed'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** What can happen to a connection. */
export const CONNECTION_EVENTS = ['go-live', 'pause', 'resume', 'remove'] as const;
export type ConnectionEvent = (typeof CONNECTION_EVENTS)[number];

const NEXT: Readonly<Record<ConnectionState, Partial<Record<ConnectionEvent, ConnectionState>>>> = {
  draft: { 'go-live': 'live', remove: 'removed' },
  live: { pause: 'paused', remove: 'removed' },
  paused: { resume: 'live', remove: 'removed' },
  removed: {},
};

/** The state after an event, or undefined where the event cannot happen in this state. */
export function connectionStateAfter(
  state: ConnectionState,
  event: ConnectionEvent,
): ConnectionState | undefined {
  return NEXT[state][event];
}
