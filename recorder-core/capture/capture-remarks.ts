/** What capture itself has to say about a recording, beside what is odd in its session (`../siprec/warnings.ts`). */
import type { WarningText } from '../siprec/warnings.ts';

/** Sentences that are kept among the warnings of a recording; they name nobody. */
export const CAPTURE_REMARKS = {
  broken_off: {
    text: 'The capture was broken off by a fault of the recorder. What had been stored was recovered; at most the last 16 KiB of each stream before the fault are missing, which is about two seconds of G.711; after a power cut it may be more.',
    remedy:
      'Look at the log of the recorder for why it stopped. The recording client may have called again: see the related recordings.',
  },
  incomplete: {
    text: 'The recorder could not store all media of this session, for example because its disk was full. What had been stored before is here; the rest of the session is missing.',
    remedy: 'See the room on the disk of the spool, and the log of the recorder at that time.',
  },
  media_thread_lost: {
    text: 'A part of the recorder failed during the call and was started again; up to a few seconds of its media are missing.',
    remedy:
      'Send us the log of the recorder: this is a fault of its own. The line goes on in a further part.',
  },
  media_left_out: {
    text: 'The recorder met a fault while it stored media of this call, such as a disk that did not keep up; some of it may be missing.',
    remedy: 'The gaps are marked in the timeline. The log of the recorder at that time names the fault.',
  },
  no_answer_to_offer: {
    text: 'The recording client did not answer the offer that it had left to the recorder, so the session was ended.',
    remedy: 'Let the source put its SDP into the ACK of a delayed offer, or offer in the INVITE.',
  },
  consent_withdrawn: {
    text: 'The consent decision changed during the call, so the recording was ended.',
    remedy:
      'The decision, its rules and what was said stand with the recording. What was stored before is kept.',
  },
  consent_awaited: {
    text: 'For a time nothing was stored, because consent had not been given yet; what was said then is not lost but was never kept.',
    remedy: 'Nothing. Where it lasts too long, see when your system sends its evidence (docs/consent.md).',
  },
  recording_paused_by_rule: {
    text: 'For a time nothing was stored, because a rule demanded a pause, for example while card data was given; what was said then was never kept.',
    remedy:
      'The decision names the rule and the circumstance. See docs/consent.md for what begins and ends one.',
  },
  consent_left_out: {
    text: 'Not everybody in the call may be recorded: the lines of the others were left out by decision, not by loss.',
    remedy:
      'The decision names the party and the rule. Where your own people are left out, see consent.ownSide in the recorder’s file.',
  },
} as const satisfies Record<string, WarningText>;
