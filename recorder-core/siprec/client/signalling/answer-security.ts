import { chooseCrypto, makeSrtpKeys } from '../../../media/srtp/sdes.ts';
import type { OfferedStream } from '../../offered-stream.ts';
import type { CallModel } from './call-model.ts';

/**
 * Secures the lines as an offer of the recorder has them, for the answer to it (RFC 4568 section 5.1.2): a line with keys gets
 * ours, of the suite and under the tag that the answer repeats; a plain one stays plain, whatever the call wanted.
 */
export function answerSecurity(
  model: CallModel,
  offered: readonly OfferedStream[],
  random: (bytes: number) => Buffer,
): void {
  for (const [index, line] of model.lines.entries()) {
    const accepted = chooseCrypto(offered[index]?.crypto ?? []);
    if (accepted === undefined) {
      delete line.keys;
      continue;
    }
    line.keys = makeSrtpKeys(accepted.suite, random);
    line.cryptoTag = accepted.tag;
  }
}
