import { CounterModeProtection } from './counter-mode-protection.ts';
import { GcmProtection } from './gcm-protection.ts';
import { deriveSessionKeys, type Protocol } from './key-derivation.ts';
import type { PacketProtection } from './packet-protection.ts';
import type { SrtpKeys } from './srtp-keys.ts';
import { SRTP_SUITES } from './srtp-suites.ts';

/** Derives the session keys and makes what uses them. @throws HoldfastError `invalid_input` for keys of a wrong size */
export function makeProtection(keys: SrtpKeys, protocol: Protocol): PacketProtection {
  const { mode, rtpTag, rtcpTag } = SRTP_SUITES[keys.suite];
  const session = deriveSessionKeys(keys, protocol);
  const mki = keys.mki ?? new Uint8Array(0);
  return mode === 'gcm'
    ? new GcmProtection(protocol, session, mki)
    : new CounterModeProtection(protocol, session, protocol === 'rtp' ? rtpTag : rtcpTag, mki);
}
