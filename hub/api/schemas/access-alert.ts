import { z } from 'zod';
import { ALERT_KINDS } from '../../../recorder-core/policy/access-alert.ts';
import { id, instant, page, reason } from './primitives.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 07:00');

/** What a tenant holds for unusual use of access; null where it is not watched. */
export const accessRules = z.strictObject({
  bulk: z
    .strictObject({ recordings: z.int().min(2).max(100_000), minutes: z.int().min(1).max(10_080) })
    .nullable()
    .describe('So many different recordings, played or exported, by one person within so many minutes.'),
  hours: z
    .strictObject({
      zone: z.string().min(1).max(100).describe('IANA name of the time zone.'),
      days: z
        .array(z.int().min(1).max(7))
        .min(1)
        .max(7)
        .describe('Days of the week, 1 for Monday to 7 for Sunday.'),
      from: time,
      to: time.describe('Not within; before `from` it is on the next day.'),
    })
    .nullable()
    .describe('When people work; use of recordings at other times is unusual.'),
  newCountry: z
    .boolean()
    .describe('Whether signing in from a country that is new for the person is unusual.'),
  quietHours: z
    .int()
    .min(1)
    .max(720)
    .describe('Bulk, and off hours, of the same person is told once in so many hours.'),
});
export type AccessRulesView = z.infer<typeof accessRules>;

const version = z.int32().min(0);

/** Rules as they stand, and those that would watch less and wait for a second person. */
export const standingAccessRules = accessRules.extend({
  version: version.describe('Grows with each change; 0 where nobody has ever set any.'),
  waiting: z
    .object({
      rules: accessRules,
      reason: z.string(),
      approvalId: id,
      requestedBy: z.string(),
      requestedAt: instant,
    })
    .nullable(),
});
export type StandingAccessRules = z.infer<typeof standingAccessRules>;

/** Body of POST /api/v1/access-rules. */
export const accessRulesBody = accessRules.extend({
  version: version.describe('The version that the change was made from; refused where it is not current.'),
  reason: reason
    .optional()
    .describe('Needed where less is watched than before; then a second person has to agree.'),
});
export type AccessRulesChange = z.input<typeof accessRulesBody>;

const kind = z.enum(ALERT_KINDS);

/** Somebody's use of their access that was unusual. */
export const accessAlert = z.object({
  id,
  person: z.object({ id: z.string(), name: z.string() }),
  kind,
  count: z.int().describe('Recordings of `bulk`, accesses of `off-hours`, 1 of `new-country`.'),
  from: instant,
  to: instant,
  raisedAt: instant,
  incidentId: id,
  acknowledged: z
    .object({ by: z.string(), at: instant, reason: z.string() })
    .nullable()
    .describe('Null until somebody took note of it.'),
  own: z.boolean().describe('Whether it is about the caller, who so cannot take note of it.'),
});
export type AccessAlertView = z.infer<typeof accessAlert>;

/** A page of alerts, the youngest first. */
export const accessAlertPage = page(accessAlert);
export type AccessAlertPage = z.infer<typeof accessAlertPage>;

/** An alert with what it is about. */
export const accessAlertDetail = accessAlert.extend({
  country: z
    .string()
    .nullable()
    .describe('Of `new-country`, from where, as ISO 3166 has it; null where that was erased.'),
  touched: z
    .array(
      z.object({
        at: instant,
        act: z.string(),
        object: z.object({ type: z.string(), id: z.string() }),
        outcome: z.string(),
      }),
    )
    .describe(
      'What the person touched in that time, the youngest first, at most 500; none once they were erased.',
    ),
  withheld: z.int().describe('How many of these are about recordings that the caller may not see.'),
});
export type AccessAlertDetail = z.infer<typeof accessAlertDetail>;

/** Which alerts are listed. */
export const accessAlertQuery = z.strictObject({
  kind: kind.optional(),
  acknowledged: z
    .stringbool()
    .optional()
    .describe('Only those that somebody took note of, or only the others.'),
  person: id.optional().describe('Only those about this person.'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Body of POST /api/v1/access-alerts/{id}/acknowledge. */
export const acknowledgeAlertBody = z.strictObject({
  reason: reason.describe('What came of looking into it.'),
});
