/** So long after the last act of the person, what the console asks by itself keeps no session open. */
const PRESENT_MS = 60_000;
const ACTS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

let lastActAt = 0;

/** Notices acts of the person in a window; sound that plays is one, because somebody listens. */
export function watchPresence(target: Pick<EventTarget, 'addEventListener'>): void {
  const note = (): void => {
    lastActAt = Date.now();
  };
  note();
  for (const act of ACTS) target.addEventListener(act, note, { capture: true, passive: true });
  target.addEventListener('timeupdate', note, { capture: true, passive: true });
}

/** Whether the person did something in the last minute. */
export function isPresent(now = Date.now()): boolean {
  return now - lastActAt < PRESENT_MS;
}
