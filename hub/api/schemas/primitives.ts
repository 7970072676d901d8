import { z } from 'zod';
import { STATED_PURPOSES } from '../../../recorder-core/policy/restriction.ts';
import { PURPOSE } from '../../identity/circumstances.ts';

/** A UUID as every id of ours is one (version 7 where we make it); in small letters, as rows and leaves have it. */
export const id = z.uuid().toLowerCase();

/** Text that a database keeps as it is: without NUL and without half a character. */
export const storable = (text: z.ZodString) =>
  text.refine(
    (value) => value.isWellFormed() && !value.includes('\0'),
    'it has a character that cannot be kept',
  );

/** Why somebody does something, for the ledger and its auditors: 3 to 500 characters, here and on the command line. */
export const reason = storable(z.string().trim().min(3).max(500));

/** An instant in RFC 3339 with milliseconds, always UTC. */
export const instant = z.iso.datetime({ precision: 3 });

/** What a restricted recording is needed for; a closed list, and entered in the ledger. */
export const statedPurpose = z.enum(STATED_PURPOSES);

/** What a recording is used for, as policies of access ask: a stated purpose, a ground of transfer, or the word of a grant. */
export const purposeOfUse = z.string().regex(PURPOSE, 'a word such as legal-claim or transfer/adequacy');

/** Which rule decided, as policy named it. */
export const ruleReference = z.object({
  id: z.string().describe('Rule id, for example "consent/us-ca".'),
  source: z.string().optional().describe('Statute or document the rule was taken from.'),
  status: z.enum(['verified', 'unverified']).optional(),
  detail: z.string().optional().describe('What this rule contributed, in one sentence.'),
  party: z
    .string()
    .optional()
    .describe('Of a decision on consent: the party it matched for, or `recorder`, or `call`.'),
});
export type RuleReference = z.infer<typeof ruleReference>;

/** A page of a list; `nextCursor` is absent on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

/** Problem document (RFC 9457) with our error code; `field` names the input at fault. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  field: z.string().optional(),
  policies: z
    .array(
      z.object({
        id: z.string(),
        effect: z.enum(['permit', 'forbid']),
        says: z.string(),
        ask: z.string().nullable().describe('Whom to ask, or what to do.'),
      }),
    )
    .optional()
    .describe('Of a refusal: the policies that decided. Empty where none allows it.'),
  traceId: z.string().optional(),
});
export type Problem = z.infer<typeof problem>;
