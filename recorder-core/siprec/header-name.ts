import { parseNameAddr } from '../sip/name-addr.ts';
import type { NameId } from './metadata.ts';

/** Longest header value looked at: a longer one names nobody. */
const MAX_LENGTH = 1024;

/**
 * The address and display name of a From, To or P-Asserted-Identity value, without the parameters of
 * the URI; a bare number will do. Undefined when there is no address in it.
 */
export function readHeaderName(value: string | undefined): NameId | undefined {
  if (value === undefined || value.length > MAX_LENGTH) return undefined;
  const parsed = parseNameAddr(value);
  const aor = parsed?.uri.replace(/[;?].*$/, '') ?? '';
  if (aor === '') return undefined;
  return parsed?.displayName === undefined ? { aor } : { aor, name: parsed.displayName };
}
