/** What the keyboard does to the player. */

const SMALL_STEP_SECONDS = 5;
const LARGE_STEP_SECONDS = 30;

/** Where a key on the waveform leads, in seconds; nothing when the key is not one of its keys. */
export function seekByKey(key: string, seconds: number, durationSeconds: number): number | undefined {
  const target = targetOf(key, seconds, durationSeconds);
  return target === undefined ? undefined : Math.min(durationSeconds, Math.max(0, target));
}

/** What is known of the element that has the focus. */
export interface FocusedElement {
  readonly tag: string;
  readonly role: string | null;
  readonly editable: boolean;
}

/** Whether the space bar belongs to the focused element; it plays and pauses only where it does not. */
export function keepsSpace({ tag, role, editable }: FocusedElement): boolean {
  if (editable || role === 'button' || role === 'menuitem' || role === 'tab') return true;
  return ['INPUT', 'TEXTAREA', 'SELECT', 'BUTTON', 'A', 'SUMMARY'].includes(tag.toUpperCase());
}

function targetOf(key: string, seconds: number, durationSeconds: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return seconds + SMALL_STEP_SECONDS;
    case 'ArrowLeft':
    case 'ArrowDown':
      return seconds - SMALL_STEP_SECONDS;
    case 'PageUp':
      return seconds + LARGE_STEP_SECONDS;
    case 'PageDown':
      return seconds - LARGE_STEP_SECONDS;
    case 'Home':
      return 0;
    case 'End':
      return durationSeconds;
    default:
      return undefined;
  }
}
