import type { CheckResult, Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import type { CheckSpec } from '../../../connectors/kit/manifest.ts';

/** A named check with what it found. */
export interface CheckReport extends CheckResult, CheckSpec {}

/**
 * Runs every check of the connector in the manifest's order, each reported alone. `live` is false when a required
 * check failed.
 */
export async function runChecks(
  connector: Connector,
  ctx: ConnectorContext,
): Promise<{ readonly live: boolean; readonly checks: readonly CheckReport[] }> {
  const checks: CheckReport[] = [];
  for (const spec of connector.manifest.checks) {
    checks.push({ ...spec, ...(await connector.check(ctx, spec.id)) });
  }
  return {
    live: checks.every(({ severity, status }) => severity !== 'required' || status !== 'fail'),
    checks,
  };
}
