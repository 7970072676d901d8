import type { CallOptions } from '../../recorder-core/siprec/client/call-options.ts';
import type { SessionRelation } from '../../recorder-core/siprec/session-relation.ts';
import type { WarningCode } from '../../recorder-core/siprec/warnings.ts';

/** Who may speak on one line in the course of a call: `b<400` leaves and `c>400` joins 400 ms after its beginning. */
export type Speakers = readonly string[];

/** What a change in mid-call must leave in the recording; how it is played stands in `stage.ts`. */
export interface MatrixChange {
  /** What happens, for the page. */
  readonly title: string;
  /** Speakers by line at the end, of a call with a line for each party; unchanged when left out. */
  readonly speakers?: readonly Speakers[];
  /** The same of a call with one line for all. */
  readonly mixed?: readonly Speakers[];
  /** The same where the source sends no metadata, so that the recorder learns nothing of it. */
  readonly bare?: readonly Speakers[];
  /** From when to when the lines are on hold, in ms of the call. */
  readonly hold?: readonly [from: number, to: number];
  readonly warnings?: readonly WarningCode[];
  readonly srtp?: CallOptions['srtp'];
  /** It needs lines of their own, metadata, or one dialog. */
  readonly needs?: readonly ('separate' | 'metadata' | 'offer')[];
  /** Recordings that are left; one when left out. */
  readonly recordings?: number;
  /** How long the first of them is, where it ends before the recording client is done with it. */
  readonly cutAtMs?: number;
  /** How two recordings find each other. */
  readonly relation?: SessionRelation;
}

/** What can happen in a call of the matrix. */
export const CHANGES = {
  none: { title: 'nothing' },
  'hold-inactive': { title: 'hold by `a=inactive` for 5 s, resumed', hold: [400, 5400] },
  'hold-sendonly': { title: 'hold told by nothing but silence for 5 s' },
  'hold-null-address': { title: 'hold by `c=0.0.0.0` for 5 s, resumed', hold: [400, 5400] },
  'hold-by-update': { title: 'hold and its end by UPDATE', hold: [400, 5400] },
  'resume-without-offer': {
    title: 'hold, resumed by a re-INVITE without SDP and the answer in its ACK',
    hold: [400, 1400],
  },
  'no-body': { title: 're-INVITE without body, answered in its ACK' },
  ports: { title: 're-INVITE with SDP alone; all ports of the source move' },
  'metadata-reinvite': { title: 're-INVITE with metadata alone', needs: ['metadata'] },
  'metadata-update': { title: 'UPDATE with complete metadata', needs: ['metadata'] },
  'metadata-partial': { title: 'UPDATE with partial metadata', needs: ['metadata'] },
  'join-line': {
    title: 'a third party joins on a line of its own',
    speakers: [['a'], ['b'], ['c>400']],
    bare: [['a'], ['?'], ['?>400']],
    needs: ['separate'],
  },
  'join-shared': {
    title: 'a third party joins on the line of another',
    speakers: [['a', 'c>400'], ['b']],
    mixed: [['a', 'b', 'c>400']],
    warnings: ['label_shared'],
    needs: ['metadata'],
  },
  leave: {
    title: 'a party leaves, its line is closed',
    speakers: [['a'], ['b<400']],
    bare: [['a'], ['?<400']],
    needs: ['separate'],
  },
  transfer: {
    title: 'transfer: another party on the line',
    speakers: [['a'], ['b<400', 'c>400']],
    mixed: [['a', 'b<400', 'c>400']],
  },
  'transfer-ports': {
    title: 'transfer, and the port of the source moves',
    speakers: [['a'], ['b<400', 'c>400']],
    mixed: [['a', 'b<400', 'c>400']],
  },
  codec: { title: 'a line goes on in another codec (G.722)' },
  ssrc: { title: 'a line goes on under another SSRC, unannounced' },
  'srtp-gcm': { title: 'SRTP with AEAD_AES_256_GCM', srtp: 'AEAD_AES_256_GCM', needs: ['offer'] },
  'srtp-mixed': {
    title: 'one line with SRTP, the other without',
    srtp: 'mixed',
    needs: ['offer', 'separate'],
  },
  rekey: { title: 'new SRTP keys by re-INVITE', srtp: 'AES_CM_128_HMAC_SHA1_80', needs: ['offer'] },
  pause: { title: 'the recorder pauses and resumes' },
  end: { title: 'the recorder ends the session' },
  snapshot: { title: 'the recorder asks for a metadata snapshot', needs: ['metadata'] },
  'bye-metadata': { title: 'last metadata in the BYE', needs: ['metadata'] },
  cancel: { title: 'CANCEL before the answer', recordings: 0 },
  replaces: {
    title: 'another INVITE takes the place of the session (Replaces)',
    recordings: 2,
    cutAtMs: 400,
    relation: 'continuation',
  },
  rehomed: {
    title: 'the session is lost and taken up by a new INVITE with the same ids',
    recordings: 2,
    relation: 'continuation',
  },
  doubled: {
    title: 'the same call sent twice at once',
    recordings: 2,
    relation: 'same-call',
  },
} as const satisfies Readonly<Record<string, MatrixChange>>;

export type ChangeName = keyof typeof CHANGES;
