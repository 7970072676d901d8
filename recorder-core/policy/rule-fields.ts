/** The fields that rows of a rule pack and of a tenant's policy share, as schemas: one meaning and one check for both. */
import { z } from 'zod';

/** How a rule is named in decisions, leaves and receipts. */
export const ruleId = z
  .string()
  .regex(/^[a-z0-9-]+(\/[a-z0-9.-]+)+$/, 'a rule id looks like "consent/us-ca"');

/** One place: a country, or a state of one. */
export const jurisdictionCode = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'an ISO 3166 code such as DE or US-CA');

/** Several places under one name, as the pack's table of jurisdictions has them. */
export const groupCode = z.string().regex(/^[A-Z]{2,8}$/, 'a group of jurisdictions such as EEA or US');

/** A place or a group of places. */
export const placeOrGroup = z.union([jurisdictionCode, groupCode]);

/** The same, or every call (`*`), or a place that is not known. */
export const place = z.union([z.literal('*'), z.literal('unknown'), jurisdictionCode, groupCode]);

/** The time zone in which a rule counts. */
export const zone = z.string().refine(isTimeZone, 'an IANA time zone such as Europe/Berlin');

/** A length of time in calendar units. */
export const period = z
  .string()
  .regex(/^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,6}D)?$/, 'a period such as P5Y, P6M or P180D');

/** What every row says of itself: where it is from, how old it is, who has checked it. */
export const provenance = {
  source: z.string().min(1),
  url: z.url().nullable(),
  asOf: z.iso.date(),
  reviewer: z.string().min(1).nullable(),
  status: z.enum(['verified', 'unverified']),
  note: z.string(),
};

/** What a consent row demands; consent-lattice.ts gives each value its meaning. */
export const consentValue = z.enum([
  'one-party',
  'notice-or-tone',
  'announce',
  'knowledge-of-all',
  'all-party',
  'own-side-only',
  'pause',
  'prohibited',
]);

/** Which items a retention rule is about; a dimension that is left out matches all. */
export const retentionScope = z.strictObject({
  classes: z.array(z.string().min(1)).min(1).optional(),
  kinds: z.array(z.string().min(1)).min(1).optional(),
  jurisdictions: z.array(placeOrGroup).min(1).optional(),
});

/** The event from which a retention period runs. */
export const retentionTrigger = z.enum([
  'captureEnd',
  'contractEnd',
  'relationshipEnd',
  'lastEffective',
  'matterClose',
  'ageOfMajority',
  'paymentAuthorised',
]);

/** Values that stand more than once, each once. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** Names that were found to be zones: a pack names few of them hundreds of times, and asking takes a tenth of a millisecond. */
const zones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    zones.add(name);
    return true;
  } catch {
    return false;
  }
}
