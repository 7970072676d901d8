import type { Connector } from '../../connectors/kit/connector.ts';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';

/** A configuration with the connector's defaults filled in. @throws HoldfastError `invalid_input` that points at the field. */
export function checkedConfig(connector: Connector, input: unknown): Readonly<Record<string, unknown>> {
  try {
    return { ...(connector.parseConfig(input) as Record<string, unknown>) };
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'invalid_input') throw error;
    const path = (error.field ?? 'config').split('.').join('/');
    throw new HoldfastError('invalid_input', error.message, { field: `/body/${path}`, cause: error });
  }
}
