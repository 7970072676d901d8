/** The 48-bit packet index of SRTP, of which a packet carries 16 bits (RFC 3711 section 3.3.1, appendix A). */

/** What one step of the roll-over counter is worth. */
export const ROLL_OVER = 0x10000;
const INDEX_LIMIT = 2 ** 48;
/** A day of packets of 20 ms and more: how far the counter of a sender may be from ours and still be found. */
const SEARCHED_ROLL_OVERS = 80;

/**
 * The index next to `highest`, within half a roll-over, whose low 16 bits are `sequence`; before the first packet
 * (`highest` below 0) the roll-over counter is 0.
 */
export function estimateIndex(highest: number, sequence: number): number {
  if (highest < 0) return sequence;
  const estimate = highest + (((sequence - highest) << 16) >> 16);
  return estimate < 0 ? sequence : estimate;
}

/**
 * Indexes to try where the estimate was wrong: a sender that began just below a roll-over and whose first packets were
 * lost, a stream that is joined hours after it began, or one that comes back after a long gap. The tag covers the
 * counter, so a guess is proved or refused by the packet itself; only later counters are guessed, so nothing old
 * becomes new. Each packet gets the next counter and one further away, in turns: a forged packet costs two checks
 * more, a lost counter is found within `SEARCHED_ROLL_OVERS` packets.
 */
export class IndexSearch {
  #ahead = 1;

  /** Two indexes later than `estimate` with the same low 16 bits. */
  next(estimate: number): readonly number[] {
    this.#ahead = this.#ahead >= SEARCHED_ROLL_OVERS ? 2 : this.#ahead + 1;
    return [estimate + ROLL_OVER, estimate + this.#ahead * ROLL_OVER].filter((index) => index < INDEX_LIMIT);
  }
}
