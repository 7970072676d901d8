/**
 * What a rule pack is: its rows, and the schema that reads one from the outside.
 *
 * A pack is signed data (rule-pack-file.ts); the law is in rows, the meaning of a
 * row's value is in code (consent-lattice.ts, retention.ts). Decision files import
 * the types of this file only, so that neither zod nor Node reaches a workflow.
 */
import { z } from 'zod';
import { incidentClockRow, requestClockRow } from './clock-rows.ts';
import {
  consentValue,
  groupCode,
  jurisdictionCode,
  period,
  place,
  placeOrGroup,
  provenance,
  repeated,
  retentionScope,
  retentionTrigger,
  ruleId,
  zone,
} from './rule-fields.ts';

/** Facts about a call, not about a place, that have rules of their own. */
export const CIRCUMSTANCES = ['payment-card', 'emergency', 'minor'] as const;

const consentRow = z.strictObject({
  id: ruleId,
  jurisdiction: place,
  value: consentValue,
  disputed: z.boolean().optional(),
  purposes: z.array(z.string().min(1)).min(1).optional(),
  circumstance: z.enum(CIRCUMSTANCES).optional(),
  recordAnnouncement: z.boolean().optional(),
  toneEverySeconds: z.number().int().positive().optional(),
  ...provenance,
});

const retentionRule = z.strictObject({
  id: ruleId,
  kind: z.enum(['floor', 'ceiling', 'deleteAt', 'hold', 'restrict', 'default']),
  mandatory: z.boolean().optional(),
  review: z.boolean().optional(),
  scope: retentionScope,
  trigger: retentionTrigger,
  period,
  zone,
  jurisdiction: place,
  basis: z.string().min(1),
  authority: z.string().min(1).nullable(),
  ...provenance,
});

const residencyRow = z.strictObject({
  id: ruleId,
  party: placeOrGroup,
  store: z.array(placeOrGroup).min(1),
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

const whole = {
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
};

const defaults = {
  consent: ruleId,
  refusal: z.strictObject({ id: ruleId, ...provenance }),
  retention: ruleId,
  holdReleaseGrace: z.strictObject({ id: ruleId, period, zone, ...provenance }),
};

/** The format before there were clocks; such a pack reads as one without any. */
const packOne = z
  .strictObject({
    format: z.literal('holdfast-rule-pack/1'),
    ...whole,
    defaults: z.strictObject(defaults),
  })
  .transform((one) => ({
    ...one,
    requestClocks: [] as z.infer<typeof requestClockRow>[],
    incidentClocks: [] as z.infer<typeof incidentClockRow>[],
    defaults: { ...one.defaults, requestClock: null as string | null },
  }));

const packTwo = z.strictObject({
  format: z.literal('holdfast-rule-pack/2'),
  ...whole,
  requestClocks: z.array(requestClockRow).min(1),
  incidentClocks: z.array(incidentClockRow).min(1),
  defaults: z.strictObject({ ...defaults, requestClock: ruleId.nullable() }),
});

const pack = z.discriminatedUnion('format', [packOne, packTwo]);

/** One row of consent law: a place (or group, `*` = every call, `unknown`) and what it demands. */
export type ConsentRow = z.infer<typeof consentRow>;
/** What a consent row demands; consent-lattice.ts gives each value its meaning. */
export type ConsentValue = ConsentRow['value'];
export type Circumstance = (typeof CIRCUMSTANCES)[number];
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

function clockCells({ requestClocks, incidentClocks }: RulePack): string[] {
  const requests = requestClocks.flatMap(({ jurisdiction, regime, step, classes, requests: kinds }) =>
    kinds.map((kind) => [jurisdiction, regime, step, kind, ...(classes ?? [])].join(' / ')),
  );
  const incidents = incidentClocks.map(({ jurisdiction, regime, duty, recipient, startsAt }) =>
    [jurisdiction, regime, duty, recipient, startsAt].join(' / '),
  );
  return [...requests, ...incidents];
}

function hasDefaultClock({ requestClocks, defaults: { requestClock } }: RulePack): boolean {
  return requestClocks.some(
    ({ id, jurisdiction, step }) => id === requestClock && jurisdiction === 'unknown' && step === 'answer',
  );
}

function contradictions(value: RulePack): string[] {
  const { refusal, holdReleaseGrace } = value.defaults;
  const clocks = [...value.requestClocks, ...value.incidentClocks];
  const rows = [
    ...value.consent,
    ...value.retention,
    ...value.residency,
    ...clocks,
    refusal,
    holdReleaseGrace,
  ];
  const ids = rows.map((row) => row.id);
  const found = repeated(ids).map((id) => `rule id ${id} is used twice`);
  const cells = value.consent.flatMap((row) =>
    (row.purposes ?? ['*']).map(
      (purpose) => `${row.jurisdiction} / ${purpose} / ${row.circumstance ?? 'any'}`,
    ),
  );
  found.push(...repeated(cells).map((cell) => `two consent rows overlap on ${cell}`));
  found.push(...repeated(clockCells(value)).map((cell) => `two clocks overlap on ${cell}`));
  if (!value.consent.some((row) => row.id === value.defaults.consent && row.jurisdiction === 'unknown')) {
    found.push('defaults.consent names no consent row with jurisdiction "unknown"');
  }
  if (!value.retention.some((rule) => rule.id === value.defaults.retention && rule.kind === 'default')) {
    found.push('defaults.retention names no retention rule of kind "default"');
  }
  if (value.format === 'holdfast-rule-pack/2' && !hasDefaultClock(value)) {
    found.push('defaults.requestClock names no request clock with jurisdiction "unknown" and step "answer"');
  }
  const misplaced = value.retention.filter((rule) => rule.mandatory === true && rule.kind !== 'deleteAt');
  found.push(...misplaced.map((rule) => `${rule.id} is mandatory, which only a deleteAt rule can be`));
  return found;
}
