/**
 * Whether a tenant is about to dispose of far more than it usually does. Pure.
 *
 * A rule that lost a digit, a class that lost its floor, a clock that jumped: each of them is a lawful decision on every
 * single recording and a disaster on all of them. What tells them apart from an ordinary day is the number.
 */

/** What is due, and what is usual, of one retention class. */
export interface ClassVolume {
  readonly retentionClass: string;
  /** Recordings that would be disposed of now. */
  readonly due: number;
  /** Recordings claimed for disposal since midnight UTC. */
  readonly today: number;
  /** Of each of the last `HISTORY_DAYS` days before today on which something was claimed. */
  readonly history: readonly number[];
}

/** From when on a number is unusual. */
export interface VolumeLimits {
  /** Up to here a day's number of a class is never unusual: small tenants have no history to speak of. */
  readonly floor: number;
  /** Times the largest day of the history. */
  readonly factor: number;
}

/** How far back the history goes. */
export const HISTORY_DAYS = 28;

/** What a tenant gets without a word: a hundred a day of each class, or three times its largest day. */
export const VOLUME_LIMITS: VolumeLimits = { floor: 100, factor: 3 };

/** The answer, with the rule that gave it and, where it stops, one sentence for people. */
export type VolumeDecision =
  | { readonly stop: false; readonly rule: 'disposal/usual-volume' }
  | { readonly stop: true; readonly rule: 'disposal/unusual-volume'; readonly reason: string };

/** How many recordings of a class may go today without a second person. */
export function allowedToday(volume: Pick<ClassVolume, 'history'>, limits: VolumeLimits): number {
  return Math.max(limits.floor, limits.factor * Math.max(0, ...volume.history));
}

/** Decides over all classes: one that is unusual stops the whole run. The order of classes and days does not matter. */
export function decideVolume(
  volumes: readonly ClassVolume[],
  limits: VolumeLimits = VOLUME_LIMITS,
): VolumeDecision {
  const unusual = volumes
    .filter((volume) => volume.due > 0 && volume.due + volume.today > allowedToday(volume, limits))
    .toSorted((a, b) => (a.retentionClass < b.retentionClass ? -1 : 1));
  if (unusual.length === 0) return { stop: false, rule: 'disposal/usual-volume' };
  return {
    stop: true,
    rule: 'disposal/unusual-volume',
    reason: unusual.map((volume) => sentence(volume, limits)).join(' '),
  };
}

function sentence(volume: ClassVolume, limits: VolumeLimits): string {
  const { retentionClass, due, today, history } = volume;
  const most = Math.max(0, ...history);
  const usual =
    most === 0
      ? `never a day before in ${HISTORY_DAYS} days`
      : `at most ${most} a day in ${HISTORY_DAYS} days`;
  const gone = today === 0 ? '' : ` after ${today} today`;
  return `Class ${retentionClass}: ${due} recordings would go${gone}; ${usual}, and ${allowedToday(volume, limits)} are allowed without a second person.`;
}
