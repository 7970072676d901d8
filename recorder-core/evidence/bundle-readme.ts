import type { BundleOrder } from './bundle-order.ts';

/** Steps that verify a bundle; on the cover and in `README.txt`. */
export const VERIFICATION_STEPS = [
  'Get the trust file of the log from whoever keeps it, not from this bundle and not by the way the bundle came. Compare its fingerprint by telephone or in person.',
  'Run `holdfast verify <bundle> --trust <trust file>` on a machine without network. It needs no account and no database, and names the first thing that is wrong.',
  'Or use other programs: every file is named with SHA-256 and SHA-512 in manifest.json; the SHA-256 of manifest.json stands in the leaf of seal/seal.json; leaves, proofs and checkpoints are those of RFC 6962 and C2SP, time stamps those of RFC 3161.',
] as const;

/** What a reader could miss; on the cover and in `README.txt`. */
export const NOT_IN_BUNDLE = [
  'Content whose keys were destroyed. Its digests, the entries of the log and the certificate are here; the content exists nowhere any more.',
  'Transcripts: none are made.',
  'Signatures of the vCon files: the seal of the bundle covers them, as it covers every file.',
  'Anything about recordings that this export does not name.',
] as const;

/** `README.txt`: what the files are and how to check them. Pure. */
export function readmeText({ id, recipient }: BundleOrder): string {
  return [
    `Evidence bundle ${id}`,
    `Copy for ${oneLine(recipient.name)}, mark ${recipient.watermark}`,
    '',
    'Read cover.pdf first. This file says what lies where.',
    '',
    '  manifest.json                     every file with its digests, every recording with its parts',
    '  recordings/<id>/parts/<part>      what was captured, to the byte; never marked, never changed',
    '  recordings/<id>/audio.wav         the same to listen to: one channel a line, silence where nothing was received,',
    '                                    with a mark of the recipient in the sound, too quiet to disturb',
    '  recordings/<id>/metadata.json     who, when, from where, by which codecs and clocks, consent, retention, holds, deliveries',
    '  recordings/<id>/custody.json      every act on the recording, in words',
    '  recordings/<id>/vcon.json         the recording for programs that read vCon',
    '  load/utf-8, load/latin-1          load files (DAT, OPT); take one of the two, and tell your program its encoding',
    '  ledger/leaves.jsonl               the acts as they were entered in the log, each with its proof',
    '  ledger/history.jsonl              checkpoints of the log, signed, cosigned and time-stamped',
    '  seal/seal.json                    the entry of this bundle in the log',
    '',
    'To verify:',
    ...VERIFICATION_STEPS.map((step, index) => `  ${index + 1}. ${step}`),
    '',
    'Not in this bundle:',
    ...NOT_IN_BUNDLE.map((text) => `  - ${text}`),
    '',
  ].join('\r\n');
}

/** Text of people on one line: a name must not write lines of its own into a document. */
export function oneLine(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
