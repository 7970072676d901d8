/** What each protection profile is made of (RFC 4568 section 6.2, RFC 6188 section 2, RFC 7714 sections 12 and 14). */
import type { SrtpSuite } from './srtp-keys.ts';

/** Sizes in bytes. */
export interface SuiteSizes {
  /** Counter mode with HMAC-SHA1, or Galois/counter mode that authenticates by itself. */
  readonly mode: 'counter' | 'gcm';
  readonly key: 16 | 32;
  readonly salt: 14 | 12;
  readonly rtpTag: 4 | 10 | 16;
  /** Never 4: the short tag of the _32 suites is for RTP only (RFC 3711 section 5.2). */
  readonly rtcpTag: 10 | 16;
}

/** Every suite that is spoken, the most wanted first: integrity of the full length goes before the longer key. */
export const SRTP_SUITES: Readonly<Record<SrtpSuite, SuiteSizes>> = {
  AEAD_AES_256_GCM: { mode: 'gcm', key: 32, salt: 12, rtpTag: 16, rtcpTag: 16 },
  AEAD_AES_128_GCM: { mode: 'gcm', key: 16, salt: 12, rtpTag: 16, rtcpTag: 16 },
  AES_256_CM_HMAC_SHA1_80: { mode: 'counter', key: 32, salt: 14, rtpTag: 10, rtcpTag: 10 },
  AES_CM_128_HMAC_SHA1_80: { mode: 'counter', key: 16, salt: 14, rtpTag: 10, rtcpTag: 10 },
  AES_256_CM_HMAC_SHA1_32: { mode: 'counter', key: 32, salt: 14, rtpTag: 4, rtcpTag: 10 },
  AES_CM_128_HMAC_SHA1_32: { mode: 'counter', key: 16, salt: 14, rtpTag: 4, rtcpTag: 10 },
};

/** Our order of preference where a peer leaves the choice to us. */
export const SUITES_BY_PREFERENCE = Object.keys(SRTP_SUITES) as readonly SrtpSuite[];

/** Names that were in use before RFC 6188 gave the suites theirs, and that devices still offer. */
const OLDER_NAMES: Readonly<Record<string, SrtpSuite>> = {
  AES_CM_256_HMAC_SHA1_80: 'AES_256_CM_HMAC_SHA1_80',
  AES_CM_256_HMAC_SHA1_32: 'AES_256_CM_HMAC_SHA1_32',
};

const BY_NAME = new Map<string, SrtpSuite>([
  ...SUITES_BY_PREFERENCE.map((suite) => [suite, suite] as const),
  ...Object.entries(OLDER_NAMES),
]);

/** The suite of a name in SDP, whatever its letter case; undefined for one that is not spoken. */
export function suiteNamed(name: string): SrtpSuite | undefined {
  return BY_NAME.get(name.toUpperCase());
}
