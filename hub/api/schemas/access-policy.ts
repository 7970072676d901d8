import { z } from 'zod';
import {
  accessExample,
  accessExamples,
  MOST_EXAMPLES,
} from '../../../recorder-core/authorization/access-example.ts';
import { MOST_POLICY_BYTES } from '../../../recorder-core/authorization/check-policies.ts';
import { ipAddress } from '../../../recorder-core/authorization/ip-address.ts';
import { ACTS, ROLES } from '../../../recorder-core/policy/access.ts';
import { id, instant, storable } from './primitives.ts';

const act = z.enum(ACTS);
const policyText = storable(z.string().max(MOST_POLICY_BYTES)).describe("Policies in Cedar's language.");
const reason = storable(z.string().trim().min(1).max(500)).describe(
  'Why, for whoever decides and reads it later.',
);
const version = z.int().min(1);

/** One policy that decided, or would have. */
export const decidingPolicy = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  says: z.string(),
  ask: z.string().nullable().describe('Whom to ask, or what to do.'),
  stepUpSeconds: z.int().nullable().describe('A fresh proof of presence ends this refusal.'),
});
/** A decision with all that decided. */
export const accessDecision = z.object({
  allowed: z.boolean(),
  rule: z.string(),
  policies: z.array(decidingPolicy),
});
export type AccessDecisionView = z.infer<typeof accessDecision>;

/** A version as lists show it. */
export const accessPolicyVersion = z.object({
  version,
  state: z.enum(['draft', 'asked', 'published', 'superseded']),
  note: z.string(),
  repeats: version.nullable().describe('The version whose text this is once more.'),
  madeBy: z.string(),
  madeAt: instant,
  publishedBy: z.string().nullable(),
  publishedAt: instant.nullable(),
  supersededAt: instant.nullable(),
});
export type AccessPolicyVersionView = z.infer<typeof accessPolicyVersion>;

const fault = z.object({
  line: z.int().nullable().describe('From 1.'),
  policy: z.string().nullable(),
  message: z.string(),
});
/** What a policy consists of, for whoever says it in words. */
const outline = z.object({
  effect: z.enum(['permit', 'forbid']),
  who: z.object({
    kind: z.enum(['everybody', 'role', 'group', 'one']),
    name: z.string().describe('Of the role or group, or an id; empty for everybody.'),
  }),
  acts: z.array(z.string()).describe('None: every act.'),
  on: z.enum(['everything', 'recordings', 'settings', 'one']),
  conditions: z.array(
    z.object({ kind: z.enum(['when', 'unless']), text: z.string().describe("In Cedar's language.") }),
  ),
});

/** What a check found. */
export const textCheck = z.object({
  faults: z.array(fault),
  warnings: z.array(fault),
  policies: z.array(z.object({ id: z.string(), says: z.string(), line: z.int(), outline })),
  examples: z
    .array(
      z.object({
        name: z.string(),
        passed: z.boolean(),
        difference: z.string().nullable(),
        decision: accessDecision,
      }),
    )
    .describe('None where the text has faults.'),
});
export type TextCheckView = z.infer<typeof textCheck>;

/** A version with its text and what a check finds now. */
export const accessPolicyDetail = accessPolicyVersion.extend({
  text: z.string(),
  examples: accessExamples,
  check: textCheck,
});
export type AccessPolicyDetail = z.infer<typeof accessPolicyDetail>;

/** What the policies of everybody are, and the types that own ones are checked against. */
export const shippedAccessPolicies = z.object({
  schema: z.string(),
  policies: z.array(z.object({ id: z.string(), says: z.string(), text: z.string() })),
});
export type ShippedAccessPolicies = z.infer<typeof shippedAccessPolicies>;

/** Body of POST /api/v1/access-policies/check. */
export const checkAccessPoliciesBody = z.strictObject({
  text: policyText,
  examples: z.array(accessExample).max(MOST_EXAMPLES).default([]),
});
/** Body of POST /api/v1/access-policies. */
export const saveAccessPoliciesBody = checkAccessPoliciesBody.extend({ note: reason });
/** An example as it is sent. */
export type AccessExampleInput = z.input<typeof accessExample>;

/** Body of POST /api/v1/access-policies/effect. */
export const accessEffectBody = z.strictObject({
  text: policyText,
  purpose: z.string().min(1).max(60).optional().describe('For which purpose is asked; left out, for none.'),
});
/** Who gains and who loses. */
export const accessEffect = z.object({
  against: z.int().min(0).describe('The published version; 0: the shipped policies alone.'),
  changes: z.array(
    z.object({
      change: z.enum(['gains', 'loses']),
      act,
      about: z
        .enum(['tenant', 'recordings', 'own'])
        .describe('`tenant`: lists and settings; `own`: recordings that the person took part in.'),
      rule: z.string().describe('By which it is allowed, or refused, then.'),
      people: z.array(z.object({ id, name: z.string() })).describe('At most 50, by name.'),
      peopleCount: z.int(),
      recordings: z.int().nullable(),
      classes: z.array(z.string()).describe('At most 10.'),
    }),
  ),
  acts: z.array(act),
  asked: z.int(),
  left: z.int().describe('Questions that were not asked any more; 0 where the outcome is complete.'),
  people: z.object({ compared: z.int(), all: z.int() }),
  recordings: z.object({ classes: z.int(), compared: z.int(), complete: z.boolean() }),
});
export type AccessEffectView = z.infer<typeof accessEffect>;

/** Body of POST /api/v1/access-policies/:version/publish. */
export const publishAccessPoliciesBody = z.strictObject({ reason });
/** What was asked of a second person. */
export const askedPublishing = z.object({ version, approvalId: id, dueAt: instant });
export type AskedPublishingView = z.infer<typeof askedPublishing>;

/** What one role may do of one act. */
const roleRight = z.object({
  may: z
    .enum(['all', 'department', 'nothing'])
    .describe('`department`: recordings of the own department only.'),
  proof: z.boolean().describe('It asks for a fresh proof of presence.'),
  policies: z.array(z.string()).describe('Ids of the policies that decided.'),
});

/** What every role may do by the policies in force. */
export const roleMatrixView = z.object({
  version: z.int().min(0).describe('Of the own policies in force; 0: none are published.'),
  roles: z.array(z.object({ role: z.enum(ROLES), people: z.int().describe('Active people of the role.') })),
  acts: z.array(z.object({ act, rights: z.record(z.enum(ROLES), roleRight) })),
});
export type RoleMatrixView = z.infer<typeof roleMatrixView>;

/** Body of POST /api/v1/access-policies/why. What is left out is as it is now. */
export const whyBody = z.strictObject({
  personId: id.optional().describe('Left out: whoever asks.'),
  act,
  recordingId: id.optional().describe('Left out: the question is about the tenant.'),
  purpose: z.string().min(1).max(60).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  address: ipAddress.optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  region: z.string().min(1).max(60).optional(),
  stepUpAgeSeconds: z
    .int()
    .min(0)
    .max(31_536_000)
    .nullable()
    .optional()
    .describe('Age of the last proof of presence; null: none.'),
});
export type WhyBody = z.input<typeof whyBody>;

/** Why somebody may, or may not. */
export const accessExplanation = z.object({
  person: z.object({ id, name: z.string(), role: z.string() }),
  act,
  recordingId: id.nullable(),
  at: instant,
  version: z.int().min(0).describe('Of the own policies that decided; 0: none are published.'),
  decision: accessDecision,
  nearMisses: z
    .array(
      z.object({
        id: z.string(),
        says: z.string(),
        ask: z.string().nullable(),
        parts: z.array(z.object({ text: z.string(), holds: z.boolean() })),
      }),
    )
    .describe('Policies that would allow it, with the parts that do not hold; those nearest first.'),
  further: z.int(),
  ask: z.array(z.string()).describe('Whom to ask, or what to do, in sentences.'),
});
export type AccessExplanationView = z.infer<typeof accessExplanation>;
