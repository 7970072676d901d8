/** What the keyboard does to the player. */

const SMALL_STEP_SECONDS = 5;
const LARGE_STEP_SECONDS = 30;

/** Where a key on the waveform leads, in seconds; nothing when the key is not one of its keys. */
export function seekByKey(key: string, seconds: number, durationSeconds: number): number | undefined {
  const target = targetOf(key, seconds, durationSeconds);
  return target === undefined ? undefined : Math.min(durationSeconds, Math.max(0, target));
}

/** What a key on the waveform does besides leading to a place. */
export type PlayerCommand =
  | { readonly kind: 'mute'; readonly channel: 0 | 1 }
  | { readonly kind: 'zoom'; readonly step: 1 | -1 }
  | { readonly kind: 'rate'; readonly step: 1 | -1 };

const COMMANDS: Readonly<Record<string, PlayerCommand>> = {
  '1': { kind: 'mute', channel: 0 },
  '2': { kind: 'mute', channel: 1 },
  '+': { kind: 'zoom', step: 1 },
  '-': { kind: 'zoom', step: -1 },
  '>': { kind: 'rate', step: 1 },
  '<': { kind: 'rate', step: -1 },
};

/** The command of a key; nothing when it is none. Heard on the waveform alone, so that no key is taken from others. */
export function commandOf(key: string): PlayerCommand | undefined {
  return COMMANDS[key];
}

/** The next of some ordered values in a direction; the ends stay. Pure. */
export function stepped(values: readonly number[], now: number, step: 1 | -1): number {
  const at = values.findIndex((value) => value >= now);
  return values[Math.min(values.length - 1, Math.max(0, (at < 0 ? values.length - 1 : at) + step))] ?? now;
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
