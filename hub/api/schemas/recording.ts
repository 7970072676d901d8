import { z } from 'zod';
import { CLASSIFICATION } from '../../../recorder-core/policy/classification.ts';
import { id, instant, page, ruleReference, statedPurpose, storable } from './primitives.ts';
import { hold } from './hold.ts';
import { recorderAlert } from './live.ts';

/** Life of a recording; the order is the usual way through it. */
export const recordingState = z.enum(['captured', 'stored', 'retained', 'disposing', 'disposed']);
export type RecordingState = z.infer<typeof recordingState>;

/** A participant as the recording client named it; empty after disposal. */
export const party = z.object({
  id,
  ordinal: z.int().describe('0 is the left channel, 1 the right.'),
  name: z.string().nullable(),
  address: z.string().nullable().describe('SIP or tel URI.'),
  label: z.string().nullable().describe('SDP label of the stream this party speaks on.'),
});
export type Party = z.infer<typeof party>;

/** One line of the recordings list. */
export const recordingSummary = z.object({
  id,
  state: recordingState,
  source: z.enum(['siprec']),
  startedAt: instant,
  endedAt: instant,
  durationMs: z.int(),
  partial: z.boolean().describe('True when capture ended by a fault and the recording was recovered.'),
  held: z.boolean(),
  restricted: z
    .boolean()
    .describe('Kept, and used by officers for a stated purpose only; then others see no parties.'),
  retainUntil: instant.nullable(),
  department: z.string().nullable().describe('Whose calls these are; null: of no department.'),
  classification: z
    .string()
    .nullable()
    .describe('What it is about, such as `hr`; walls of access hang on it.'),
  parties: z.array(party),
});
export type RecordingSummary = z.infer<typeof recordingSummary>;

/** A stored piece of a recording, encrypted under a data key of its own. */
export const part = z.object({
  id,
  kind: z.enum(['media', 'metadata', 'waveform']),
  label: z.string().nullable(),
  store: z.enum(['spool', 'objects']),
  bytes: z.int().describe('Size of the plaintext in bytes.'),
  sha256: z.string().describe('Digest of the plaintext, hex.'),
  sha512: z.string(),
  ciphertextSha256: z.string(),
  keyId: z.string().nullable().describe('Key-encryption key that wraps the data key; null once destroyed.'),
  destroyedAt: instant.nullable(),
  replaces: id
    .nullable()
    .describe('The part from which this one was made by cutting a span out; null for all others.'),
});
export type Part = z.infer<typeof part>;

/** Why we may record, or why we keep: the decision with its rules and sentences. */
export const explanation = z.object({
  outcome: z.string(),
  reasons: z.array(z.string()),
  rules: z.array(ruleReference),
  packDigest: z.string(),
  policyVersion: z.int().optional().describe('Of the policy that the tenant had on top of the pack.'),
  places: z.array(z.string()).optional().describe('Of consent: every place a party may have been in.'),
  decidedAt: instant,
});
export type Explanation = z.infer<typeof explanation>;

/** What a connected system answered to one delivery. */
export const receipt = z.object({
  id,
  connection: z.string(),
  operation: z.string(),
  outcome: z.enum(['done', 'rejected', 'unknown']),
  remoteId: z.string().nullable(),
  detail: z.string().nullable(),
  contentSha256: z
    .string()
    .nullable()
    .describe('Of what was confirmed: salted digest of what was sent, mapped fields included. Else null.'),
  contentSalt: z.string().nullable().describe('Null once the people of the recording are forgotten.'),
  at: instant,
});
export type Receipt = z.infer<typeof receipt>;

/** How well one party could be heard over the whole recording (ITU-T G.107, listening only). */
export const streamQuality = z.object({
  partId: id,
  label: z.string().nullable(),
  codec: z.string().nullable(),
  packets: z.int(),
  lost: z.int(),
  late: z.int(),
  lossPercent: z.number(),
  burstRatio: z.number().describe('1 where losses are spread by chance, more where they come in bursts.'),
  maxJitterMs: z.number(),
  scale: z.enum(['narrowband', 'wideband']).nullable(),
  rFactor: z.number().nullable(),
  mosLq: z.number().nullable().describe('1 to 4.5; null for codecs without published figures.'),
});
export type StreamQuality = z.infer<typeof streamQuality>;

/** What was odd about a recording; code and remedy where it is one of the closed set. */
export const recordingWarning = z.object({
  text: z.string(),
  code: z.string().optional(),
  remedy: z.string().optional(),
});
export type RecordingWarning = z.infer<typeof recordingWarning>;

/** Another recording that belongs to this one: the same call sent twice, its continuation, or one of its group. */
export const relatedRecording = z.object({
  recordingId: id,
  relation: z.enum(['same-call', 'continuation', 'same-group']),
});
export type RelatedRecording = z.infer<typeof relatedRecording>;

/** Why a recording is kept and not used, and what for it may be all the same. */
export const restriction = z.object({
  since: instant,
  purposes: z.array(statedPurpose),
  grounds: z.array(z.object({ id: z.string(), why: z.string(), since: instant, rules: z.array(z.string()) })),
});
export type Restriction = z.infer<typeof restriction>;

/** The recording page: everything about one item but its audio and its custody. */
export const recordingDetail = recordingSummary.extend({
  region: z.string(),
  callId: z.string().nullable(),
  consent: explanation,
  retention: explanation,
  restriction: restriction.nullable(),
  warnings: z.array(recordingWarning),
  quality: z.array(streamQuality),
  alerts: z.array(recorderAlert).describe('What was wrong with its streams while they were recorded.'),
  related: z.array(relatedRecording),
  parts: z.array(part),
  holds: z.array(hold),
  tags: z.array(z.string()).describe('Case ids and regulatory triggers of the matters that hold it.'),
  receipts: z.array(receipt),
  workflowId: z.string(),
  certificate: z
    .object({ disposedAt: instant, ledgerIndex: z.int(), rules: z.array(ruleReference) })
    .nullable(),
});
export type RecordingDetail = z.infer<typeof recordingDetail>;

const flag = z.enum(['true', 'false']);
const word = storable(z.string().trim().min(1).max(200));
/** The database knows no year 0. */
const FIRST_MS = Date.parse('0001-01-02T00:00:00Z');
const moment = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= FIRST_MS, 'an instant of the year 1 or later');
const seconds = z.coerce.number().int().min(0).max(31_536_000);

/** What recordings are looked for by; a filter with a slip in its name must not list everything. */
export const recordingFilters = z.strictObject({
  q: storable(z.string().trim().max(200)).optional().describe('Words to find in names, addresses and ids.'),
  party: storable(z.string().trim().max(200))
    .optional()
    .describe('Words of the name or address of one party, or its number in any way of writing.'),
  state: recordingState.optional(),
  held: flag.optional(),
  restricted: flag.optional(),
  partial: flag.optional().describe('Capture ended by a fault, and what there was was recovered.'),
  gaps: flag.optional().describe('Packets of a party were lost.'),
  direction: z
    .enum(['inbound', 'outbound', 'internal'])
    .optional()
    .describe(
      'As the imported call record says that belongs to the recording; without one nothing is known.',
    ),
  recorder: word.optional().describe('The node that captured it.'),
  source: z.enum(['siprec']).optional(),
  region: word.optional(),
  department: word.optional(),
  classification: z.string().regex(CLASSIFICATION).optional(),
  retentionClass: word.optional(),
  tag: word.optional().describe('A case id or regulatory trigger of a matter that holds it.'),
  matter: id.optional().describe('Id of a matter that holds it.'),
  from: moment.optional().describe('Begun then or later.'),
  to: moment.optional().describe('Begun before.'),
  keptFrom: moment.optional().describe('Kept until then or later.'),
  keptTo: moment.optional().describe('Kept until an instant before.'),
  minSeconds: seconds.optional(),
  maxSeconds: seconds.optional(),
});

/** Orders of the list; a dash in front: the last first. */
export const recordingSort = z.enum([
  'startedAt',
  '-startedAt',
  'durationMs',
  '-durationMs',
  'keptUntil',
  '-keptUntil',
]);
export type RecordingSort = z.infer<typeof recordingSort>;
const sort = recordingSort
  .default('-startedAt')
  .describe('What is kept without a date yet counts as kept longest.');

/** Query of GET /api/v1/recordings. */
export const recordingListQuery = recordingFilters.extend({
  sort,
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

/** How many recordings there are of each value of each property, under the filters and the policies. */
export const recordingFacets = z.object({
  total: z.int(),
  complete: z.boolean().describe('False where there are more than `total`; counting ends there.'),
  facets: z.array(
    z.object({
      name: z.enum([
        'state',
        'held',
        'restricted',
        'partial',
        'gaps',
        'direction',
        'recorder',
        'source',
        'region',
        'department',
        'classification',
        'retentionClass',
      ]),
      complete: z
        .boolean()
        .describe('False: counted among the newest only, so each count is the least, and values may lack.'),
      values: z.array(z.object({ value: z.string(), count: z.int() })).describe('Most frequent first.'),
    }),
  ),
});
export type RecordingFacets = z.infer<typeof recordingFacets>;
export type FacetName = RecordingFacets['facets'][number]['name'];

/** Columns of the list as CSV. */
export const recordingCsvColumn = z.enum([
  'id',
  'startedAt',
  'endedAt',
  'seconds',
  'parties',
  'state',
  'held',
  'restricted',
  'partial',
  'keptUntil',
  'department',
  'classification',
  'retentionClass',
  'region',
  'recorder',
  'source',
]);
export type RecordingCsvColumn = z.infer<typeof recordingCsvColumn>;

/** Query of GET /api/v1/recordings/csv. */
export const recordingCsvQuery = recordingFilters.extend({
  sort,
  columns: z
    .string()
    .max(400)
    .transform((text) => text.split(','))
    .pipe(z.array(recordingCsvColumn).min(1).max(recordingCsvColumn.options.length))
    .optional()
    .describe(`Names with commas between them; left out, all: ${recordingCsvColumn.options.join(', ')}.`),
});

export const recordingPage = page(recordingSummary);
export type RecordingPage = z.infer<typeof recordingPage>;

/** What policies of access ask about a recording. */
export const recordingMarks = recordingSummary.pick({ department: true, classification: true });

/** Body of POST /api/v1/recordings/:id/marks; what is left out stays, null takes it away. */
export const markRecordingBody = z.strictObject({
  department: storable(z.string().trim().min(1).max(200)).nullable().optional(),
  classification: z
    .string()
    .regex(CLASSIFICATION, 'small letters, digits and dashes, at most 40')
    .nullable()
    .optional(),
  reason: storable(z.string().trim().min(1).max(500)).describe('Why; it enters the ledger as a commitment.'),
});

/** Waveform of each party: `peaks` holds min and max in turn, -128 to 127, at even steps over the whole duration. */
export const waveform = z.object({
  durationMs: z.int(),
  buckets: z.int(),
  channels: z.array(
    z.object({ label: z.string().nullable(), partyId: id.nullable(), peaks: z.array(z.int()) }),
  ),
});
export type Waveform = z.infer<typeof waveform>;
