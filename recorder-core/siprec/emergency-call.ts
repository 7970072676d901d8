import type { SipMessage } from '../sip/message.ts';

/** Any emergency service: `urn:service:sos` and those below it, such as `urn:service:sos.police` (RFC 5031 section 4.2). */
const SERVICE = /\burn:service:sos(?![\w-])/i;
/** Headers of the recording session in which a source repeats whom the recorded call was for. */
const ADDRESSING = ['To', 'History-Info', 'P-Called-Party-ID'] as const;

/**
 * By what a request says that the recorded call is an emergency call; undefined where it does not: `Priority: emergency` (RFC
 * 3261 section 20.26) or `psap-callback` (RFC 7090), a Resource-Priority of the namespace esnet (RFC 7135), or the service URN
 * (RFC 5031) in a header or as one of the addresses that metadata names. Pure.
 */
export function emergencySign(
  { headers }: Pick<SipMessage, 'headers'>,
  addresses: readonly string[] = [],
): string | undefined {
  const priorities = headers.getAll('Priority').map((value) => value.trim().toLowerCase());
  if (priorities.some((value) => value === 'emergency' || value === 'psap-callback'))
    return 'header Priority';
  const resources = headers.getAll('Resource-Priority').flatMap((value) => value.split(','));
  if (resources.some((value) => /^esnet\./i.test(value.trim()))) return 'header Resource-Priority';
  const name = ADDRESSING.find((one) => headers.getAll(one).some((value) => SERVICE.test(value)));
  if (name !== undefined) return `header ${name}`;
  return addresses.some((address) => SERVICE.test(address)) ? 'address urn:service:sos' : undefined;
}
