import type { ConfigurationKind } from '../../../../hub/api/schemas/configuration.ts';
import { KIND_WORDS } from './configuration-words.ts';

/** What the URL of the screen says: which kind or thing is listed, and which version is open against which. */
export interface ConfigurationPageSearch {
  readonly kind?: ConfigurationKind;
  readonly object?: string;
  readonly version?: string;
  readonly from?: string;
}

/** Every kind that there is, in the order of the filter; the compiler wants a word for each. */
export const KINDS = Object.keys(KIND_WORDS) as readonly ConfigurationKind[];

/** Reads it; what is not known is left out. A version without its thing says nothing. */
export function parseConfigurationSearch(raw: Record<string, unknown>): ConfigurationPageSearch {
  const kind = KINDS.find((known) => known === raw['kind']);
  const text = (name: string) => (typeof raw[name] === 'string' && raw[name] !== '' ? raw[name] : undefined);
  const object = kind === undefined ? undefined : text('object');
  const version = object === undefined ? undefined : text('version');
  const from = version === undefined ? undefined : text('from');
  return {
    ...(kind !== undefined && { kind }),
    ...(object !== undefined && { object }),
    ...(version !== undefined && { version }),
    ...(from !== undefined && { from }),
  };
}
