import type { Refusal } from './contract.ts';
import type { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseParams } from './params.ts';
import { trimBlanks } from './quoted-text.ts';

/** What we ask for and accept of session timers, in seconds. */
export interface SessionTimerPolicy {
  /** Asked for where the peer names no interval. Default 1,800, as RFC 4028 section 4 recommends. */
  readonly expires: number;
  /** A shorter interval is refused with 422. Default 90, the least that section 5 allows. */
  readonly minimum: number;
}

/** The defaults of RFC 4028. */
export const DEFAULT_SESSION_TIMER: SessionTimerPolicy = { expires: 1_800, minimum: 90 };

/** What both sides of a dialog hold each other to until the next refresh. */
export interface SessionAgreement {
  /** Seconds. */
  readonly interval: number;
  readonly refresher: 'us' | 'them';
}

/** The value of a Session-Expires header; the refresher is named as seen from the request. */
export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** Reads a Session-Expires value (RFC 4028 section 4); `undefined` when it cannot be read. Never throws. */
export function parseSessionExpires(text: string | undefined): SessionExpires | undefined {
  const [digits = '', ...params] = (text ?? '').split(';');
  const seconds = secondsOf(digits);
  if (seconds === undefined) return undefined;
  const refresher = parseParams(params.join(';')).get('refresher')?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

/** The Min-SE of a message in seconds; 90 when it has none that can be read (RFC 4028 section 5). */
export function minimumOf(headers: Headers): number {
  return secondsOf((headers.get('Min-SE') ?? '').split(';')[0] ?? '') ?? DEFAULT_SESSION_TIMER.minimum;
}

/**
 * 422 for an INVITE or UPDATE that asks for too short an interval (RFC 4028 section 9). Only for a sender that knows the
 * extension: where a proxy asked on behalf of one that does not, the call is worth more than the timer.
 */
export function intervalFault(request: SipRequest, policy: SessionTimerPolicy): Refusal | undefined {
  const { method, headers } = request;
  const asked = parseSessionExpires(headers.get('Session-Expires'));
  if ((method !== 'INVITE' && method !== 'UPDATE') || asked === undefined) return undefined;
  if (asked.seconds >= policy.minimum || !knowsTimers(headers, asked)) return undefined;
  return { status: 422, headers: { 'Min-SE': String(policy.minimum) } };
}

/**
 * What our 2xx to an INVITE or UPDATE agrees to (RFC 4028 section 9, table 2): the interval that was asked for, or ours;
 * refreshed by whom the request names, else by whoever does so now, else by the sender, as some cannot answer a
 * refresh of ours. `undefined` when nobody asked and the sender does not know the extension.
 */
export function answerSession(
  request: SipRequest,
  policy: SessionTimerPolicy,
  current?: SessionAgreement,
): { agreement: SessionAgreement; headers: Record<string, string> } | undefined {
  const { headers } = request;
  const asked = parseSessionExpires(headers.get('Session-Expires'));
  const known = knowsTimers(headers, asked);
  if (!known && (asked === undefined || asked.seconds < policy.minimum)) return undefined;
  const interval = Math.max(asked?.seconds ?? policy.expires, minimumOf(headers));
  const refresher = known ? (asked?.refresher ?? (current?.refresher === 'us' ? 'uas' : 'uac')) : 'uas';
  return {
    agreement: { interval, refresher: refresher === 'uas' ? 'us' : 'them' },
    headers: {
      'Session-Expires': `${String(interval)};refresher=${refresher}`,
      ...(known ? { Require: 'timer' } : {}),
    },
  };
}

/** The headers with which an INVITE or UPDATE of ours asks for the interval again, or for the first time. */
export function askSession(
  interval: number,
  minimum: number,
  current?: SessionAgreement,
): Record<string, string> {
  const roles = { us: ';refresher=uac', them: ';refresher=uas' };
  const role = current === undefined ? '' : roles[current.refresher];
  return {
    'Session-Expires': `${String(interval)}${role}`,
    ...(minimum > DEFAULT_SESSION_TIMER.minimum ? { 'Min-SE': String(minimum) } : {}),
  };
}

/** What a 2xx to a request of ours agrees to; `undefined`: the session does not expire (RFC 4028 section 7.2). */
export function agreementOf(response: SipResponse): SessionAgreement | undefined {
  const agreed = parseSessionExpires(response.headers.get('Session-Expires'));
  if (agreed === undefined) return undefined;
  // Without the parameter, which is then owed, we refresh: too many refreshes harm nobody, none ends the call.
  return { interval: agreed.seconds, refresher: agreed.refresher === 'uas' ? 'them' : 'us' };
}

/** A sender that takes on the refreshing knows the extension, whatever its Supported says. */
function knowsTimers(headers: Headers, asked: SessionExpires | undefined): boolean {
  const tags = [...headers.getAll('Supported'), ...headers.getAll('Require')];
  return asked?.refresher === 'uac' || tags.some((tag) => tag.toLowerCase() === 'timer');
}

function secondsOf(digits: string): number | undefined {
  const text = trimBlanks(digits);
  return /^\d{1,10}$/.test(text) && Number(text) > 0 && Number(text) <= 0xffff_ffff
    ? Number(text)
    : undefined;
}
