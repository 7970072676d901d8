/** Whether and under which keys a media line is taken (RFC 4568, RFC 8643). */
import { randomBytes } from 'node:crypto';
import { answerCrypto, chooseCrypto, makeSrtpKeys } from '../media/srtp/sdes.ts';
import { isSecuredProfile } from '../siprec/offered-security.ts';
import type { OfferedStream } from '../siprec/offered-stream.ts';
import type { WarningCode } from '../siprec/warnings.ts';
import type { MediaPolicy } from './media-policy.ts';
import type { StreamSecurity } from './streams/media-engine.ts';

/** A line as it will be answered. */
export type LineSecurity =
  | { readonly kind: 'plain' }
  | { readonly kind: 'secured'; readonly crypto: string; readonly security: StreamSecurity }
  | { readonly kind: 'refused'; readonly why: WarningCode };

/**
 * Decides for one offered line. A line of a secured profile is never taken in the clear; a plain one that offers keys
 * as well is secured where they can be used. `before` is what the line was secured with until now: the key that we send
 * under stays the same for as long as the suite does.
 */
export function secureLine(
  offered: OfferedStream,
  policy: MediaPolicy,
  overTls: boolean,
  before?: StreamSecurity,
): LineSecurity {
  const profile = isSecuredProfile(offered.protocol);
  if (policy.srtp === 'refuse') return profile ? refused('srtp_not_allowed') : { kind: 'plain' };
  const believed = overTls || !policy.keysOverTlsOnly;
  const chosen = believed ? chooseCrypto(offered.crypto) : undefined;
  if (chosen !== undefined) {
    const kept = before?.send.suite === chosen.suite ? before.send : undefined;
    const send = kept ?? makeSrtpKeys(chosen.suite, randomBytes);
    return {
      kind: 'secured',
      crypto: answerCrypto(chosen, send),
      security: { receive: chosen.keys, send },
    };
  }
  if (!profile && policy.srtp === 'allow') return { kind: 'plain' };
  if (!believed && offered.crypto.length > 0) return refused('keys_need_tls');
  return refused(profile ? 'keys_not_agreed' : 'srtp_required');
}

function refused(why: WarningCode): LineSecurity {
  return { kind: 'refused', why };
}
