/** What a part's ciphertext is bound to, so that it cannot pass for another tenant's, recording's or version's. */
import { lengthPrefixed } from './length-prefixed.ts';

/** Names one part of one recording in one version. */
export interface PartIdentity {
  readonly tenant: string;
  readonly recording: string;
  /** The part's name within the recording, such as `audio.caller` or `transcript`. */
  readonly part: string;
  /** Counts from 1; a re-encryption or a redaction makes a new version. */
  readonly version: number;
}

/**
 * The context bytes for the encryption of a part. Injective: two different identities never give equal bytes.
 * The encoding is frozen; changing it makes every existing ciphertext unreadable.
 * @throws invalid_input for an empty or overlong field or a version below 1.
 */
export function partContext(identity: PartIdentity): Buffer {
  return lengthPrefixed('holdfast/part/v1', [
    ['tenant', identity.tenant],
    ['recording', identity.recording],
    ['part', identity.part],
    [
      'version',
      Number.isSafeInteger(identity.version) && identity.version > 0 ? String(identity.version) : '',
    ],
  ]);
}
