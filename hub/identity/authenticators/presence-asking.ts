import type { Database } from '../../../recorder-core/records/database.ts';
import type { Identity } from '../sessions.ts';
import type { ProofSettings } from './proof-settings.ts';

/** Whose proofs it is about, and with what they are made and checked. */
export interface PresenceAsking {
  readonly db: Database;
  readonly identity: Identity;
  readonly settings: ProofSettings;
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/** How long a challenge may wait for its answer. */
export const CHALLENGE_LIFE_MS = 5 * 60_000;

/** When a challenge of now is over, as ISO 8601. */
export function endOfChallenge(now: Date): string {
  return new Date(now.getTime() + CHALLENGE_LIFE_MS).toISOString();
}
