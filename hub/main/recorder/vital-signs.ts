import { repeatWork, type RepeatedWork } from '../../live/repeated-work.ts';
import type { ReadinessCheck } from '../readiness.ts';

/** Between two looks at keys and disk: each call asks for the last answer, not for a new one. */
const LOOK_MS = 5_000;

/** Something that a recorder cannot take a call without. */
export interface VitalSign {
  readonly lacks: 'disk' | 'keys';
  readonly check: ReadinessCheck;
  /** What is missing when the check fails, for a recording client. */
  readonly words: string;
}

/** What a recorder cannot take a call without, looked at every few seconds. */
export interface VitalSigns {
  /** Why no call can be taken now; undefined while all is well. */
  missing(): VitalSign | undefined;
  stop(): Promise<void>;
}

/** Begins to look; the first sign that fails is what is missing. */
export function watchVitalSigns(signs: readonly VitalSign[]): VitalSigns {
  let missing: VitalSign | undefined;
  const work: RepeatedWork = repeatWork(
    LOOK_MS,
    async () => {
      let found: VitalSign | undefined;
      for (const sign of signs) {
        const well = await sign.check.run().then(
          () => true,
          () => false,
        );
        if (!well) found ??= sign;
      }
      missing = found;
    },
    () => undefined, // every check is caught above
  );
  return { missing: () => missing, stop: () => work.stop() };
}
