import { scimRefusal } from './scim-refusal.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** On whose behalf a directory's request is carried out. */
export interface ScimAsking {
  readonly tenantId: string;
  /** The service account whose token came with the request. */
  readonly clientId: string;
  readonly now: Date;
  readonly newId: (at: Date) => string;
  /** Address of the SCIM server, without a slash at its end. */
  readonly baseUrl: string;
}

/** Whether a text can be one of our ids. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The error for an id that nobody has. */
export function noResource(type: 'User' | 'Group'): HoldfastError {
  return new HoldfastError('not_found', `There is no ${type} of this id. Nothing was changed.`);
}

/** The error for a name that another resource has. */
export function nameTaken(attribute: string): HoldfastError {
  return scimRefusal(
    'uniqueness',
    `Another resource has this ${attribute} already (it has no case). Nothing was changed.`,
    attribute,
  );
}
