/** What happens at a recorder that means that calls are not recorded, or not whole, and how bad each is. Pure. */
import type { Severity } from './incident-state.ts';

/** What an incident of a loss says. */
export interface LossTerms {
  readonly severity: Severity;
  /** After "Recorder <name>: ". Names nobody. */
  readonly title: string;
}

const LOSSES = {
  // Told by an alert about a running call.
  'dead-stream': { severity: 'medium', title: 'no media comes on lines of calls' },
  'sustained-loss': { severity: 'medium', title: 'packets of calls are lost on their way' },
  // Found when a recording is sealed.
  'broken-off': { severity: 'high', title: 'the capture of calls was broken off by a fault' },
  'not-stored': { severity: 'high', title: 'media of calls could not be stored' },
  'left-out': { severity: 'medium', title: 'some media of calls may be missing after a fault' },
  // True of the recorder as a whole.
  silent: { severity: 'high', title: 'it has stopped answering' },
  'no-disk': { severity: 'high', title: 'it has no disk for further calls' },
  'no-keys': { severity: 'high', title: 'it cannot reach the keys for further calls' },
} as const satisfies Record<string, LossTerms>;

/** A kind of loss; one incident stands for each at each recorder. */
export type LossKind = keyof typeof LOSSES;

/** What an incident of this loss says. */
export function lossTerms(kind: LossKind): LossTerms {
  return LOSSES[kind];
}

/** Which loss an alert about a running call means; undefined for one that loses nothing, such as silence. */
export function lossOfAlert(alertKind: string): LossKind | undefined {
  return alertKind === 'dead-stream' || alertKind === 'sustained-loss' ? alertKind : undefined;
}

/** The natural key of the incident: one stands for each recorder and kind. */
export function lossKey(node: string, kind: LossKind): string {
  return `recorder/${node}/${kind}`;
}

/** A heartbeat older than this means that the recorder is dead or cut off: five times what makes it unheard. */
export const SILENT_AFTER_MS = 75_000;

/** What is known of a recorder as a whole. */
export interface WatchedRecorder {
  readonly state: string;
  readonly heartbeatAgeMs: number;
  readonly lacks: 'disk' | 'keys' | null;
  /** Losses that are told and have not ended. */
  readonly told: readonly string[];
}

/**
 * The losses that stand at a recorder. One that was stopped in good order loses nothing. Silence is judged only by who has
 * been able to look for as long: after the database was away, every heartbeat is old.
 */
export function standingLosses(recorder: WatchedRecorder, watchedForMs: number): readonly LossKind[] {
  const { state, heartbeatAgeMs, lacks, told } = recorder;
  if (state === 'down') return [];
  const before = (['silent', 'no-disk', 'no-keys'] as const).filter((kind) => told.includes(kind));
  if (heartbeatAgeMs <= SILENT_AFTER_MS) return lacks === null ? [] : [`no-${lacks}`];
  // What it lacked is not known any more, and goes on.
  return watchedForMs < SILENT_AFTER_MS || before.includes('silent') ? before : ['silent', ...before];
}
