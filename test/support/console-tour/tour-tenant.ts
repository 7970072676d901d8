import { until } from '../../../hub/processes/process-control.ts';
import type { TourPerson, TourProduct } from './tour-person.ts';

const PATIENCE_MS = 90_000;

/** The tenant of the tour: its people, its recordings, and what a module needs of the modules before it. */
export interface TourTenant {
  readonly product: TourProduct;
  readonly people: {
    readonly administrator: TourPerson;
    readonly officer: TourPerson;
    readonly second: TourPerson;
    readonly engineer: TourPerson;
    readonly auditor: TourPerson;
  };
  /** Retained recordings, the longest first. */
  readonly recordings: readonly string[];
}

/** An instant that many days from now; negative ones are past. */
export function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

/** Reads until there is something; fails after a minute and a half, and says what did not come. */
export async function eventually<T>(read: () => Promise<T | undefined>, what: string): Promise<T> {
  let found: T | undefined;
  await until(
    async () => {
      found = await read();
      return found !== undefined;
    },
    PATIENCE_MS,
    what,
    200,
  );
  return found as T;
}
