import { repeatWork, type RepeatedWork } from '../../live/repeated-work.ts';
import type { ReadinessCheck } from '../readiness.ts';

/** Between two looks at keys and disk: each call asks for the last answer, not for a new one. */
const LOOK_MS = 5_000;

/** What a recorder cannot take a call without, looked at every few seconds. */
export interface VitalSigns {
  /** Why no call can be taken now, in words for a recording client; undefined while all is well. */
  missing(): string | undefined;
  stop(): Promise<void>;
}

/** Begins to look; `words` says for each check what is missing when it fails. */
export function watchVitalSigns(
  checks: readonly { readonly check: ReadinessCheck; readonly words: string }[],
): VitalSigns {
  let missing: string | undefined;
  const work: RepeatedWork = repeatWork(
    LOOK_MS,
    async () => {
      let found: string | undefined;
      for (const { check, words } of checks) {
        const well = await check.run().then(
          () => true,
          () => false,
        );
        if (!well) found ??= words;
      }
      missing = found;
    },
    () => undefined, // every check is caught above
  );
  return { missing: () => missing, stop: () => work.stop() };
}
