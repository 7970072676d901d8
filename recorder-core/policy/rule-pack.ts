/**
 * What a rule pack is: its rows, and the schema that reads one from the outside.
 *
 * A pack is signed data (rule-pack-file.ts); the law is in rows, the meaning of a
 * row's value is in code (consent-lattice.ts, retention.ts). Decision files import
 * the types of this file only, so that neither zod nor Node reaches a workflow.
 */
import { z } from 'zod';

const ruleId = z.string().regex(/^[a-z0-9-]+(\/[a-z0-9.-]+)+$/, 'a rule id looks like "consent/us-ca"');
const jurisdictionCode = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'an ISO 3166 code such as DE or US-CA');
const groupCode = z.string().regex(/^[A-Z]{2,8}$/, 'a group of jurisdictions such as EEA or US');
const place = z.union([z.literal('*'), z.literal('unknown'), jurisdictionCode, groupCode]);
const zone = z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Berlin');

const period = z
  .string()
  .regex(/^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,6}D)?$/, 'a period such as P5Y, P6M or P180D');

/** What every row says of itself: where it is from, how old it is, who has checked it. */
const provenance = {
  source: z.string().min(1),
  url: z.url().nullable(),
  asOf: z.iso.date(),
  reviewer: z.string().min(1).nullable(),
  status: z.enum(['verified', 'unverified']),
  note: z.string(),
};

const consentRow = z.strictObject({
  id: ruleId,
  jurisdiction: place,
  value: z.enum([
    'one-party',
    'notice-or-tone',
    'announce',
    'knowledge-of-all',
    'all-party',
    'own-side-only',
    'pause',
    'prohibited',
  ]),
  disputed: z.boolean().optional(),
  purposes: z.array(z.string().min(1)).min(1).optional(),
  circumstance: z.enum(['payment-card', 'emergency', 'minor']).optional(),
  recordAnnouncement: z.boolean().optional(),
  toneEverySeconds: z.number().int().positive().optional(),
  ...provenance,
});

const scope = z.strictObject({
  classes: z.array(z.string().min(1)).min(1).optional(),
  kinds: z.array(z.string().min(1)).min(1).optional(),
  jurisdictions: z
    .array(z.union([jurisdictionCode, groupCode]))
    .min(1)
    .optional(),
});

const retentionRule = z.strictObject({
  id: ruleId,
  kind: z.enum(['floor', 'ceiling', 'deleteAt', 'hold', 'restrict', 'default']),
  mandatory: z.boolean().optional(),
  review: z.boolean().optional(),
  scope,
  trigger: z.enum([
    'captureEnd',
    'contractEnd',
    'relationshipEnd',
    'lastEffective',
    'matterClose',
    'ageOfMajority',
    'paymentAuthorised',
  ]),
  period,
  zone,
  jurisdiction: place,
  basis: z.string().min(1),
  authority: z.string().min(1).nullable(),
  ...provenance,
});

const residencyRow = z.strictObject({
  id: ruleId,
  party: z.union([jurisdictionCode, groupCode]),
  store: z.array(z.union([jurisdictionCode, groupCode])).min(1),
  effect: z.enum(['require', 'tag']),
  tag: z.string().min(1),
  ...provenance,
});

const numberPlan = z.strictObject({
  asOf: z.iso.date(),
  source: z.string().min(1),
  prefixes: z.record(z.string().regex(/^\d{1,8}$/), z.array(jurisdictionCode).min(1)),
  movingRanges: z.record(z.string().regex(/^\d{1,4}$/), z.array(z.string().regex(/^\d{1,4}$/)).min(1)),
});

const pack = z.strictObject({
  format: z.literal('holdfast-rule-pack/1'),
  id: z.string().min(1),
  version: z.string().min(1),
  asOf: z.iso.date(),
  jurisdictions: z.record(
    jurisdictionCode,
    z.strictObject({ name: z.string().min(1), groups: z.array(groupCode) }),
  ),
  consent: z.array(consentRow).min(1),
  retention: z.array(retentionRule).min(1),
  residency: z.array(residencyRow),
  numberPlan,
  defaults: z.strictObject({
    consent: ruleId,
    refusal: z.strictObject({ id: ruleId, ...provenance }),
    retention: ruleId,
    holdReleaseGrace: z.strictObject({ id: ruleId, period, zone, ...provenance }),
  }),
});

/** One row of consent law: a place (or group, `*` = every call, `unknown`) and what it demands. */
export type ConsentRow = z.infer<typeof consentRow>;
/** What a consent row demands; consent-lattice.ts gives each value its meaning. */
export type ConsentValue = ConsentRow['value'];
/** A fact about a call, not about a place, that has rules of its own. */
export type Circumstance = NonNullable<ConsentRow['circumstance']>;
/** One retention rule: which items, from which event, how long, on what ground. */
export type RetentionRule = z.infer<typeof retentionRule>;
/** The event from which a retention period runs. */
export type Trigger = RetentionRule['trigger'];
/** One row on where recordings of a place's people may be stored. */
export type ResidencyRow = z.infer<typeof residencyRow>;
/**
 * Number prefixes (digits without the plus) to places, longest match wins; and, for the countries
 * listed, the ranges behind the country code whose users move: mobile, nomadic and corporate numbers.
 */
export type NumberPlan = z.infer<typeof numberPlan>;
/** The whole pack as its file holds it. */
export type RulePack = z.infer<typeof pack>;
/** A pack whose signature was checked: the only kind the decisions take. */
export type VerifiedRulePack = RulePack & {
  /** Lower-case hex SHA-256 of the exact file bytes; stored with every decision. */
  readonly digest: string;
  /** Id of the trusted key that signed it. */
  readonly signedBy: string;
};

/** The schema at the border: shape, and that ids are unique, defaults exist and no two rows overlap. */
export const rulePackSchema = pack.superRefine((value, context) => {
  for (const message of contradictions(value)) context.addIssue({ code: 'custom', message });
});

function contradictions(value: RulePack): string[] {
  const { refusal, holdReleaseGrace } = value.defaults;
  const rows = [...value.consent, ...value.retention, ...value.residency, refusal, holdReleaseGrace];
  const ids = rows.map((row) => row.id);
  const found = repeated(ids).map((id) => `rule id ${id} is used twice`);
  const cells = value.consent.flatMap((row) =>
    (row.purposes ?? ['*']).map(
      (purpose) => `${row.jurisdiction} / ${purpose} / ${row.circumstance ?? 'any'}`,
    ),
  );
  found.push(...repeated(cells).map((cell) => `two consent rows overlap on ${cell}`));
  if (!value.consent.some((row) => row.id === value.defaults.consent && row.jurisdiction === 'unknown')) {
    found.push('defaults.consent names no consent row with jurisdiction "unknown"');
  }
  if (!value.retention.some((rule) => rule.id === value.defaults.retention && rule.kind === 'default')) {
    found.push('defaults.retention names no retention rule of kind "default"');
  }
  const misplaced = value.retention.filter((rule) => rule.mandatory === true && rule.kind !== 'deleteAt');
  found.push(...misplaced.map((rule) => `${rule.id} is mandatory, which only a deleteAt rule can be`));
  return found;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
