import { z } from 'zod';
import { CHANGE_KINDS } from '../../../recorder-core/policy/consent-change.ts';
import { NOTE_KINDS } from '../../../recorder-core/policy/consent-standing.ts';
import { id, instant, page, storable } from './primitives.ts';
import { explanation } from './recording.ts';

/** The decision on consent, with what it meant for each party. */
export const consentDecision = explanation.extend({
  act: z.enum(['store', 'wait', 'end']).optional().describe('Absent on recordings of earlier versions.'),
  parties: z
    .array(
      z.object({
        party: z.string().describe('As the rules name it.'),
        ordinal: z.int().describe('Of the party of the recording.'),
        label: z.string().nullable(),
        own: z.boolean().describe("One of the tenant's own people."),
        stored: z.boolean(),
        reason: z.string(),
      }),
    )
    .optional(),
  purpose: z.string().optional(),
  alsoFor: z.array(z.string()).optional().describe('Purposes of this call besides that one.'),
  circumstances: z
    .array(z.object({ circumstance: z.string(), by: z.string().describe('By what it is known.') }))
    .optional(),
  tags: z.array(z.string()).optional(),
  conflict: z
    .object({
      kinds: z.array(z.enum(['residency', 'disputed'])),
      act: z.enum(['block', 'tag', 'own-side', 'person']),
      rules: z.array(z.string()),
      reasons: z.array(z.string()),
      decideBy: z.string().optional(),
    })
    .optional()
    .describe('A conflict of laws across borders, and what was done about it.'),
});
export type ConsentDecision = z.infer<typeof consentDecision>;

const prompt = z.object({
  id: z.string(),
  sha256: z.string().nullable().describe('Of the exact version that was played or shown.'),
  language: z.string().nullable(),
});

/** Something said or given about consent. */
export const consentEvidence = z.object({
  id,
  kind: z.enum(NOTE_KINDS),
  partyOrdinals: z.array(z.int()).nullable().describe('Null: known by the line, or everybody.'),
  label: z.string().nullable(),
  purpose: z.string().nullable().describe('Null: every purpose.'),
  saidAt: instant,
  offsetMs: z.number().nullable().describe('Where it is heard, from the start of the recording.'),
  prompt: prompt.nullable(),
  source: z.enum(['sip', 'sdp', 'api', 'event', 'change']),
  notedAt: instant,
});
export type ConsentEvidence = z.infer<typeof consentEvidence>;

const text = (most: number) => storable(z.string().trim().min(1).max(most));
const noted = {
  kind: z.enum(NOTE_KINDS),
  label: text(256).optional().describe('SDP label of the line of the party; without it, everybody.'),
  purpose: text(100).optional().describe('Without it, every purpose.'),
  saidAt: instant.optional().describe('When it was said; now, where it is left out. Never later than now.'),
  prompt: z
    .strictObject({
      id: text(200),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
      language: text(35).optional(),
    })
    .optional(),
};

/** Body of POST /live-calls/:id/consent. */
export const noteLiveConsent = z.strictObject(noted);

/** Body of POST /recordings/:id/consent-evidence. */
export const noteEvidence = z.strictObject({
  ...noted,
  offsetMs: z.int().min(0).optional().describe('Where it is heard in the recording.'),
});

/** What came of a change for one recording. */
export const consentChangeItem = z.object({
  recordingId: id,
  changeId: id,
  action: z.enum([
    'noted',
    'kept',
    'restricted',
    'lifted',
    'side-destroyed',
    'disposal-due',
    'gone',
    'failed',
  ]),
  ground: z.string(),
  rules: z.array(z.string()),
  keptUntil: instant.nullable(),
  partDisposalId: id.nullable(),
  decidedAt: instant,
});
export type ConsentChangeItem = z.infer<typeof consentChangeItem>;

/** A change of consent after the fact. The address is shown only until it has been carried out. */
export const consentChange = z.object({
  id,
  kind: z.enum(CHANGE_KINDS),
  effect: z.enum(['restrict', 'erase']),
  purpose: z.string().nullable(),
  recordingId: id.nullable(),
  partyOrdinals: z.array(z.int()).nullable(),
  address: z.string().nullable(),
  saidAt: instant,
  source: z.enum(['api', 'event', 'approval']),
  reason: z.string(),
  askedAt: instant,
  state: z.enum(['asked', 'done']),
  endedAt: instant.nullable(),
  results: z.record(z.string(), z.int()).describe('Recordings by what came of it.'),
});
export type ConsentChange = z.infer<typeof consentChange>;

export const consentChangePage = page(consentChange);
export const consentChangeDetail = consentChange.extend({
  items: z.array(consentChangeItem),
  withheld: z.int().describe('Results about recordings that the caller may not see.'),
});
export type ConsentChangeDetail = z.infer<typeof consentChangeDetail>;

/** Body of POST /consent-changes: of a party by its address, or of parties of one recording. */
export const askChange = z
  .strictObject({
    kind: z.enum(['assented', 'refused', 'withdrawn']),
    effect: z
      .enum(['restrict', 'erase'])
      .default('restrict')
      .describe('What follows where nothing keeps a recording; what is kept is locked in any case.'),
    purpose: text(100).optional(),
    recordingId: id.optional(),
    partyOrdinals: z.array(z.int().min(0)).min(1).max(100).optional(),
    address: text(256).optional().describe('Number in international form, or SIP address.'),
    addressFrom: instant.optional().describe('The address was theirs from then.'),
    addressTo: instant.optional().describe('And until then: numbers change hands.'),
    saidAt: instant.optional(),
    reason: text(500),
  })
  .refine(({ recordingId, address }) => (recordingId === undefined) !== (address === undefined), {
    message: 'Give either the address of the party or one recording.',
    path: ['address'],
  });

/** Everything about consent in one recording. */
export const recordingConsent = z.object({
  decision: consentDecision,
  evidence: z.array(consentEvidence),
  changes: z.array(consentChangeItem.extend({ kind: z.enum(CHANGE_KINDS), saidAt: instant })),
});
export type RecordingConsent = z.infer<typeof recordingConsent>;
