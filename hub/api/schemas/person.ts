import { z } from 'zod';
import { ROLES } from '../../../recorder-core/policy/access.ts';
import { PERSON_STATUSES, ROLE_OPERATIONS } from '../../../recorder-core/policy/role-change.ts';
import { id, instant, storable } from './primitives.ts';

/** Whether somebody may sign in. */
export const personStatus = z.enum(PERSON_STATUSES);
export type PersonStatus = z.infer<typeof personStatus>;
/** What can be done to a person's place. */
export const roleOperation = z.enum(ROLE_OPERATIONS);
export type RoleOperation = z.infer<typeof roleOperation>;

/** A person as lists show them. */
export const personSummary = z.object({
  id,
  name: z.string(),
  role: z.string().describe('`none` where no mapping gives one: it allows nothing.'),
  status: personStatus,
  department: z.string().nullable(),
  job: z.string().nullable(),
  manager: z.object({ id, name: z.string() }).nullable(),
  externalId: z.string().nullable().describe('Of the directory or HR system.'),
});
export type PersonSummary = z.infer<typeof personSummary>;

const place = z.object({
  name: z.string(),
  role: z.string(),
  status: personStatus,
  department: z.string().nullable(),
  job: z.string().nullable(),
  managerId: id.nullable(),
});
const thing = z.object({ type: z.string(), id: z.string(), title: z.string() });
const ends = z
  .object({
    sessions: z.int(),
    signInLinks: z.int(),
    delegations: z.int(),
    exportLinks: z.int(),
    grants: z.int().describe('Rights that end on time, given or asked for.'),
    serviceTokens: z.int().describe('Tokens and certificates of machines that they made.'),
    approvals: z.int().describe('Open questions to a second person, and exports that wait for one.'),
  })
  .nullable()
  .describe('What of the person was, or would be, ended.');

/** A change of a person's place. */
export const roleChange = z.object({
  id,
  operation: roleOperation,
  state: z.enum(['waiting', 'applied', 'unchanged', 'refused', 'withdrawn']),
  before: place.nullable(),
  after: place.nullable(),
  rule: z.string().nullable(),
  askedBy: z.string().nullable().describe('Null where an event of another system asked.'),
  reason: z.string().nullable(),
  effectiveAt: instant,
  askedAt: instant,
  endedAt: instant.nullable(),
  ends,
  handedOver: z
    .object({ to: z.string().nullable().describe('Null: ownerless.'), things: z.array(thing) })
    .nullable(),
});
export type RoleChangeEntry = z.infer<typeof roleChange>;

/** A person with what they look after and what was changed. */
export const personDetail = personSummary.extend({
  email: z.string().nullable().describe('Where mail goes.'),
  owns: z.array(thing),
  changes: z.array(roleChange).describe('Newest first, at most 200.'),
});
export type PersonDetail = z.infer<typeof personDetail>;

const words = storable(z.string().trim().min(1).max(200));

/** Body of POST /api/v1/people/changes and of its preview. */
export const changePerson = z.strictObject({
  operation: roleOperation,
  personId: id.optional().describe('Left out for the hire of somebody new.'),
  name: words.optional(),
  department: words.nullable().optional(),
  job: words.nullable().optional(),
  managerId: id.nullable().optional(),
  role: z.enum(ROLES).optional().describe('Left out, the mapping of the place decides.'),
  effectiveAt: instant.optional().describe('Left out, at once.'),
  reason: storable(z.string().trim().min(1).max(500)).optional(),
});
export type ChangePerson = z.input<typeof changePerson>;

/** Body of POST /api/v1/people/changes/{id}/withdraw. */
export const withdrawChange = z.strictObject({ reason: storable(z.string().trim().min(1).max(500)) });

/** What a change would come to. */
export const roleChangePreview = z.object({
  outcome: z.enum(['applied', 'unchanged', 'refused']),
  rule: z.string(),
  before: place.nullable(),
  after: place.nullable(),
  ends,
  owns: z.array(thing).describe('What a leaver looks after.'),
  successor: z.string().nullable().describe('Who would get it; null: nobody, it would be ownerless.'),
});
export type RoleChangePreview = z.infer<typeof roleChangePreview>;

/** A row of the mapping from places to roles. */
export const roleMapping = z.object({
  id,
  department: z.string().nullable().describe('Null: every department.'),
  job: z.string().nullable().describe('Null: every job.'),
  role: z.string(),
});
export type RoleMappingEntry = z.infer<typeof roleMapping>;

/** Body of POST /api/v1/role-mappings. */
export const setMapping = z.strictObject({
  department: words.nullable().default(null),
  job: words.nullable().default(null),
  role: z.enum(ROLES),
});
export type SetMapping = z.input<typeof setMapping>;
