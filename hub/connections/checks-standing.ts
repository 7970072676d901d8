import type { CheckSpec, ConnectorManifest } from '../../connectors/kit/manifest.ts';
import type { StoredCheck } from '../../recorder-core/records/connection-checks.ts';
import type { ConnectionRow } from '../../recorder-core/records/connections.ts';

/** What a check found counts for this long. */
const GOOD_FOR_MS = 3_600_000;

/** A check of the connector, with what it last found and whether that counts now. */
export interface CheckStanding extends CheckSpec {
  readonly last: StoredCheck | null;
  /** Ran within the last hour, over the current version and the current credential. */
  readonly current: boolean;
}

/** Where each check of a connection stands. Pure. */
export function checksStanding(
  { checks }: ConnectorManifest,
  row: Pick<ConnectionRow, 'version' | 'credentialAt'>,
  stored: readonly StoredCheck[],
  now: Date,
): CheckStanding[] {
  return checks.map((spec) => {
    const last = stored.find(({ checkId }) => checkId === spec.id) ?? null;
    const current =
      last !== null &&
      last.version === row.version &&
      (row.credentialAt === null || last.ranAt >= row.credentialAt) &&
      now.getTime() - last.ranAt.getTime() <= GOOD_FOR_MS;
    return { ...spec, last, current };
  });
}

/** Ids of the required checks that keep a connection from going live. Pure. */
export function openChecks(standing: readonly CheckStanding[]): string[] {
  return standing
    .filter(({ severity, last, current }) => severity === 'required' && (!current || last?.status === 'fail'))
    .map(({ id }) => id);
}
