import { z } from 'zod';
import { id, instant } from './primitives.ts';

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
  quietHours: z.int().min(1).max(720).describe('The same of the same person is told once in so many hours.'),
});

/** Somebody's use of their access that was unusual. */
export const accessAlert = z.object({
  id,
  person: z.object({ id: z.string(), name: z.string() }),
  kind: z.enum(['bulk', 'off-hours', 'new-country']),
  count: z.int(),
  from: instant,
  to: instant,
  raisedAt: instant,
  incidentId: id,
});
