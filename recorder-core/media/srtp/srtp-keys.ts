/** What secures one direction of a media stream (RFC 3711): suites by their SDES names, and keys as plain data. */

/** A protection profile under its name in SDP (RFC 4568 section 6.2, RFC 6188, RFC 7714). */
export type SrtpSuite =
  | 'AEAD_AES_256_GCM'
  | 'AEAD_AES_128_GCM'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32';

/** A master key of one direction; plain data, so that it can be handed to a worker thread. */
export interface SrtpKeys {
  readonly suite: SrtpSuite;
  readonly masterKey: Uint8Array;
  readonly masterSalt: Uint8Array;
  /** Master key identifier that packets under this key carry, where one was agreed (RFC 3711 section 3.2). */
  readonly mki?: Uint8Array;
}
