import { isRemoteFailure } from '../../connectors/kit/remote-error.ts';
import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';

/**
 * Throws what the other side refused in a form for a person who asked: what is set up wrongly is in conflict with what they
 * want, and no fault of ours; what may pass stays `unavailable` or `rate_limited`.
 */
export function asRefusal(error: unknown): never {
  const wrong = isRemoteFailure(error) || isHoldfastError(error);
  if (!wrong || (error.code !== 'config_invalid' && error.code !== 'invalid_input')) throw error;
  throw new HoldfastError('conflict', error.message, { cause: error });
}
