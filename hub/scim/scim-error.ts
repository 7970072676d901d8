import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import { scimTypeOf } from './scim-refusal.ts';

export const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** An error in the form of SCIM (RFC 7644 section 3.12). */
export interface ScimError {
  readonly schemas: readonly string[];
  readonly status: string;
  readonly scimType?: string;
  readonly detail: string;
}

/** An error as SCIM says it; of one that is not ours only that it happened. */
export function scimError(error: unknown): ScimError {
  const known = isHoldfastError(error)
    ? error
    : new HoldfastError(
        'internal',
        'Something went wrong here. Nothing was changed; the log of the hub has the details.',
      );
  const scimType = known.code === 'invalid_input' ? (scimTypeOf(known) ?? 'invalidValue') : scimTypeOf(known);
  return {
    schemas: [ERROR_URN],
    status: String(known.status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: known.message,
  };
}
