/**
 * What a tenant adds to the rule pack: demands of consent, periods, regions, what its classes mean, its holidays.
 *
 * It stands on top of the pack and can weaken nothing of it. Most of that is the shape: consent demands are joined
 * (consent-lattice.ts), floors of the pack outlast every date of a tenant, classes are only added, regions only
 * narrowed. What the shape cannot hold, a tenant's floor beyond a pack's ceiling, the evaluator cuts (retention-rules.ts)
 * and policy-conflicts.ts tells before anybody approves it.
 */
import { z } from 'zod';
import {
  consentValue,
  jurisdictionCode,
  period,
  placeOrGroup,
  repeated,
  retentionScope,
  retentionTrigger,
  ruleId,
  zone,
} from './rule-fields.ts';

/** Ids of a tenant's rules never meet those of a pack. */
const ownId = ruleId.refine(
  (id) => id.startsWith('tenant/'),
  'the id of a tenant\'s own rule starts with "tenant/"',
);
const note = z.string().max(500).optional();

/** More than any country has: a calendar that names more would put off deadlines, not tell holidays. */
const HOLIDAYS_A_YEAR = 30;

const policy = z.strictObject({
  format: z.literal('holdfast-tenant-policy/1'),
  consent: z
    .array(
      z.strictObject({
        id: ownId,
        value: consentValue,
        jurisdictions: z.array(placeOrGroup).min(1).optional(),
        purposes: z.array(z.string().min(1)).min(1).optional(),
        note,
      }),
    )
    .max(500),
  retention: z
    .array(
      z.strictObject({
        id: ownId,
        kind: z.enum(['floor', 'ceiling', 'deleteAt']),
        scope: retentionScope.optional(),
        trigger: retentionTrigger,
        period,
        zone,
        note,
      }),
    )
    .max(500),
  residency: z
    .array(z.strictObject({ id: ownId, party: placeOrGroup, store: z.array(placeOrGroup).min(1), note }))
    .max(500),
  classes: z
    .array(z.strictObject({ id: ownId, when: retentionScope, add: z.array(z.string().min(1)).min(1), note }))
    .max(500),
  holidays: z.record(jurisdictionCode, z.array(z.iso.date()).max(1000)),
});

/** A tenant's policy as it is stored and read. */
export type TenantPolicy = z.infer<typeof policy>;

/** The schema at the border: shape, unique ids, and holidays that are no more than holidays. */
export const tenantPolicySchema = policy.superRefine((value, context) => {
  const ids = [...value.consent, ...value.retention, ...value.residency, ...value.classes].map(
    ({ id }) => id,
  );
  for (const id of repeated(ids)) {
    context.addIssue({ code: 'custom', message: `rule id ${id} is used twice` });
  }
  for (const [country, days] of Object.entries(value.holidays)) {
    const years = new Map<string, number>();
    for (const day of new Set(days)) years.set(day.slice(0, 4), (years.get(day.slice(0, 4)) ?? 0) + 1);
    for (const [year, count] of years) {
      if (count > HOLIDAYS_A_YEAR) {
        context.addIssue({
          code: 'custom',
          path: ['holidays', country],
          message: `${country} has ${count} holidays in ${year}; at most ${HOLIDAYS_A_YEAR} are taken`,
        });
      }
    }
  }
});
