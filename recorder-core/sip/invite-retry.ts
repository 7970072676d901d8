import { parseCSeq } from './cseq.ts';
import { answerChallenge, type DigestCredentials } from './digest-answer.ts';
import type { HeaderRow } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { minimumOf, parseSessionExpires } from './session-expires.ts';

/**
 * The INVITE to send after a refusal that says how it would be accepted: same call, next CSeq. `undefined` when the refusal
 * says nothing of the kind, or when this INVITE already did what it says.
 */
export function inviteAfter(
  refusal: SipResponse,
  invite: SipRequest,
  { credentials, cnonce }: { credentials: DigestCredentials | undefined; cnonce: string },
): SipRequest | undefined {
  if (refusal.status === 422) return withLongerSession(refusal, invite);
  if ((refusal.status !== 401 && refusal.status !== 407) || credentials === undefined) return undefined;
  const answer = answerChallenge(refusal, { ...invite, cnonce }, credentials);
  // Challenged again with credentials in hand, they are wrong, and would be the next time.
  if (answer === undefined || invite.headers.has(answer.name)) return undefined;
  return again(invite, { [answer.name]: answer.value });
}

/** The headers that an ACK repeats from its INVITE, so that proxies let it pass (RFC 3261 section 22.1). */
export function credentialsOf({ headers }: SipRequest): HeaderRow[] {
  return headers.entries().filter(([name]) => /^(proxy-)?authorization$/i.test(name));
}

/** RFC 4028 section 7.3: the interval that the peer asks for, and its minimum so that proxies on the way know too. */
function withLongerSession(refusal: SipResponse, invite: SipRequest): SipRequest | undefined {
  const minimum = minimumOf(refusal.headers);
  const asked = parseSessionExpires(invite.headers.get('Session-Expires'))?.seconds ?? 0;
  if (!refusal.headers.has('Min-SE') || asked >= minimum) return undefined;
  return again(invite, { 'Session-Expires': String(minimum), 'Min-SE': String(minimum) });
}

function again(invite: SipRequest, changed: Readonly<Record<string, string>>): SipRequest {
  const headers = invite.headers.clone().delete('Via');
  const number = (parseCSeq(headers.get('CSeq'))?.number ?? 0) + 1;
  headers.set('CSeq', `${String(number)} INVITE`);
  for (const [name, value] of Object.entries(changed)) headers.set(name, value);
  return { ...invite, headers };
}
