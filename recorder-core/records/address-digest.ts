import { createHash } from 'node:crypto';
import { plainAddress } from './call-identity.ts';

/**
 * Stands for an address in a command to a recorder, bound to the call it is about, so that no number is written down for
 * it. It is no secret from whoever has the database and guesses, so the command loses it once it is settled.
 */
export function digestAddress(recordingId: string, address: string): string {
  const plain = plainAddress(address) ?? '';
  return createHash('sha256').update(`holdfast/consent-address/v1 ${recordingId} ${plain}`).digest('hex');
}
