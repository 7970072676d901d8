/** Within this time, many recordings are bulk playback. */
const WINDOW_MS = 5 * 60_000;
const MOST_PEOPLE = 10_000;

/**
 * Which recordings people have played lately, so that a policy can ask for a proof of presence before bulk playback. Each process
 * of the hub remembers for itself.
 */
export class RecentPlays {
  readonly #plays = new Map<string, Map<string, number>>();

  /** How many recordings besides this one a person has played in the last five minutes. */
  count(personId: string, recordingId: string, now: Date): number {
    const plays = this.#plays.get(personId) ?? new Map<string, number>();
    for (const [id, at] of plays) if (now.getTime() - at > WINDOW_MS) plays.delete(id);
    return plays.size - (plays.has(recordingId) ? 1 : 0);
  }

  /** Remembers that a recording is being played. */
  remember(personId: string, recordingId: string, now: Date): void {
    const plays = this.#plays.get(personId) ?? new Map<string, number>();
    plays.set(recordingId, now.getTime());
    this.#plays.delete(personId);
    this.#plays.set(personId, plays);
    const [oldest] = this.#plays.keys();
    if (this.#plays.size > MOST_PEOPLE && oldest !== undefined) this.#plays.delete(oldest);
  }
}
