import { z } from 'zod';
import { ROLE_OPERATIONS } from '../../../recorder-core/policy/role-change.ts';

const header = z.string().regex(/^[A-Za-z][\w-]{0,99}$/, 'must be the name of a header');
const cel = z.string().min(1).max(4096);

/** HMAC-SHA256 in a header, over parts of the message in their order; with the header of its time, which is what keeps old ones out. */
const hmac = z
  .strictObject({
    scheme: z.literal('hmac-sha256'),
    header,
    encoding: z.enum(['hex', 'base64']).default('hex'),
    /** Stands before the signature, as `sha256=`. */
    prefix: z.string().max(20).default(''),
    timestamp: z
      .strictObject({ header, unit: z.enum(['seconds', 'milliseconds', 'iso']).default('seconds') })
      .optional(),
    /** `body`, `timestamp`, or a text as it stands. */
    signed: z.array(z.string().max(20)).min(1).max(8).default(['body']),
  })
  // What is not signed anybody may change who saw one message: what it says, or how old it is.
  .refine(({ signed }) => signed.includes('body'), {
    path: ['signed'],
    message: 'must have body among its parts, or a signature would do for any message',
  })
  .refine(({ signed, timestamp }) => signed.includes('timestamp') === (timestamp !== undefined), {
    path: ['signed'],
    message: 'must have timestamp among its parts where a header of the time is named, and only there',
  });

/** A name and the connection's secret as its password. For senders that sign nothing; over HTTPS alone. */
const basic = z.strictObject({ scheme: z.literal('basic'), username: z.string().min(1).max(256) });

/**
 * How the messages of one HR system are read, as data: `examples/hr-events/` has some. All expressions are CEL over `body`, the
 * whole message, and `record`, the part of it that one change is in.
 */
export const hrMapping = z.strictObject({
  format: z.literal('holdfast-hr-events/1'),
  signature: z.discriminatedUnion('scheme', [hmac, basic]),
  /** The list of changes in a message; left out, the message is one. */
  records: cel.optional(),
  /** The sender's id of the message; left out, its bytes are its id. */
  id: cel.optional(),
  /** When it happened, RFC 3339; left out, when it was sent. */
  occurredAt: cel.optional(),
  /** The id of the person in the HR system. */
  person: cel,
  /** Which change it is: the first that fits. What fits none is refused. */
  operations: z
    .array(z.strictObject({ when: cel, operation: z.enum(ROLE_OPERATIONS) }))
    .min(1)
    .max(50),
  /** What the change says of the person. What is not there is left as it is. */
  place: z
    .strictObject({
      name: cel.optional(),
      department: cel.optional(),
      job: cel.optional(),
      manager: cel.optional(),
      effectiveAt: cel.optional(),
    })
    .prefault({}),
});
export type HrMapping = z.output<typeof hrMapping>;
