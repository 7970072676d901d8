import { HoldfastError, type ErrorCode } from '../../recorder-core/errors.ts';

/** Why SCIM refuses, in its own words (RFC 7644 section 3.12, table 9). */
export const SCIM_TYPES = {
  invalidFilter: 'invalid_input',
  tooMany: 'invalid_input',
  uniqueness: 'conflict',
  mutability: 'invalid_input',
  invalidSyntax: 'invalid_input',
  invalidPath: 'invalid_input',
  noTarget: 'invalid_input',
  invalidValue: 'invalid_input',
  invalidVers: 'invalid_input',
} as const satisfies Record<string, ErrorCode>;
export type ScimType = keyof typeof SCIM_TYPES;

/** A refusal with its SCIM type, which stands in `detail` as `scim/<type>`; `field` is the attribute at fault. */
export function scimRefusal(type: ScimType, message: string, field?: string): HoldfastError {
  return new HoldfastError(SCIM_TYPES[type], message, {
    detail: `scim/${type}`,
    ...(field === undefined ? {} : { field }),
  });
}

/** The SCIM type of an error, where it has one. */
export function scimTypeOf({ detail }: Pick<HoldfastError, 'detail'>): ScimType | undefined {
  const type = detail?.startsWith('scim/') === true ? detail.slice('scim/'.length) : undefined;
  return type !== undefined && type in SCIM_TYPES ? (type as ScimType) : undefined;
}
