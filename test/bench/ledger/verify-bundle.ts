import { randomUUID } from 'node:crypto';
import { bufferSource } from '../../../recorder-core/verifier/container/byte-source.ts';
import { exportBundle } from '../../../recorder-core/verifier/testing/export-bundle.ts';
import { Installation } from '../../../recorder-core/verifier/testing/installation.ts';
import { verifyBundle } from '../../../recorder-core/verifier/verify-bundle.ts';

/**
 * Seconds that `holdfast verify` takes for a bundle of so many recordings, each with two parts of two kilobytes and six
 * leaves: everything it checks, in one thread. Making the bundle does not count.
 */
export async function verifyRecordings(recordings: number) {
  const installation = new Installation();
  const ids = Array.from({ length: recordings }, () => installation.record());
  for (const id of ids) {
    const holdId = randomUUID();
    installation.hold(id, 'hold.placed', holdId);
    installation.hold(id, 'hold.released', holdId);
    installation.act('recording.played', { type: 'recording', id }, {}, { actor: 'Grace Brewster Hopper' });
  }
  const bundle = await exportBundle(installation);
  const startedAt = performance.now();
  const { verdict, checks } = await verifyBundle(bufferSource(bundle), installation.trust());
  const seconds = (performance.now() - startedAt) / 1000;
  if (verdict !== 'verified') throw new Error(`The bundle is refused: ${JSON.stringify(checks)}`);
  return { recordings, leaves: installation.log.size - 1, bytes: bundle.length, seconds };
}
