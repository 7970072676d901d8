import { z } from 'zod';
import { ROLES } from '../../../recorder-core/policy/access.ts';
import { roleRule, roleRuleList } from '../../identity/role-rules.ts';
import { oidcConfig, samlConfig } from '../../identity/providers/provider-config.ts';
import { id, instant, storable } from './primitives.ts';

const kind = z.enum(['saml', 'oidc']);
const state = z.enum(['draft', 'tested', 'live', 'off']);
const name = storable(z.string().trim().min(1).max(100));
const domains = z.array(z.string().max(253)).max(50);

/** A provider as lists show it. */
export const providerSummary = z.object({
  id,
  kind,
  name,
  state,
  version: z.int(),
  domains: z.array(z.string()),
  testedAt: instant.nullable(),
});
export type ProviderSummary = z.infer<typeof providerSummary>;

const answer = z.object({
  role: z.enum(ROLES).nullable(),
  rule: z.string().nullable(),
  fault: z.string().optional().describe('Why a rule could not be evaluated; then nobody gets a role by it.'),
});

const received = z.object({
  email: z.string().nullable(),
  name: z.string().nullable(),
  groups: z.array(z.string()),
  department: z.string().nullable(),
  job: z.string().nullable(),
  attributes: z.record(z.string(), z.array(z.string())),
});

/** One provider, with all that its own side has to know of us. */
export const providerDetail = providerSummary.extend({
  config: z.union([samlConfig, oidcConfig]),
  hasSecret: z.boolean(),
  tested: z.boolean().describe('Whether it was tested as it stands now.'),
  addresses: z.object({
    start: z.string(),
    callback: z.string(),
    backChannelLogout: z.string(),
    entityId: z.string(),
    assertionConsumer: z.string(),
    singleLogout: z.string(),
    afterLogout: z.string(),
  }),
  lastTest: z
    .object({ subject: z.string(), acr: z.string().nullable(), person: received, answer })
    .nullable()
    .describe('What the newest test sign-in brought, and the role that it would give as of then.'),
});
export type ProviderDetail = z.infer<typeof providerDetail>;

/** A new provider; `config` is checked by its kind. */
export const newProvider = z.strictObject({
  kind,
  name,
  config: z.record(z.string(), z.unknown()),
  domains: domains.default([]),
});

/** Another content for a provider, made from one version of it. */
export const changedProvider = z.strictObject({
  version: z.int32().min(1),
  name,
  config: z.record(z.string(), z.unknown()),
  domains,
});

export const providerSecret = z.strictObject({ secret: z.record(z.string(), z.string()) });
export const providerMove = z.strictObject({ state: z.enum(['live', 'off']) });

/** Metadata of a SAML provider, as a text or by its address. */
export const providerMetadata = z.union([
  z.strictObject({ metadata: z.string().min(1).max(900_000) }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000) }),
]);

/** What was read of it; to be looked at before it is used. */
export const readProviderMetadata = z.object({
  entityId: z.string(),
  signInUrl: z.string(),
  logoutUrl: z.string().nullable(),
  logoutResponseUrl: z
    .string()
    .nullable()
    .describe('Where answers to a logout go, where that is another address.'),
  certificates: z.array(z.string()),
});

/** The rules from groups to roles. */
export const roleRules = z.object({
  version: z.int(),
  rules: z.array(roleRule),
  changedAt: instant.nullable(),
});
export type RoleRules = z.infer<typeof roleRules>;
export const changedRoleRules = z.strictObject({ version: z.int32().min(0), rules: roleRuleList });

/** Rules to try, on attributes that are typed in and on everybody who is here by a provider. */
export const triedRoleRules = z.strictObject({
  rules: roleRuleList,
  person: z
    .strictObject({
      source: z.string().max(100).default(''),
      email: z.string().max(320).nullable().default(null),
      groups: z.array(z.string().max(1000)).max(2000).default([]),
      department: z.string().max(200).nullable().default(null),
      job: z.string().max(200).nullable().default(null),
      attributes: z.record(z.string(), z.array(z.string())).default({}),
    })
    .optional(),
});

/** What they would come to. */
export const roleRulesPreview = z.object({
  answer: answer.nullable(),
  changes: z.array(
    z.object({
      id,
      name: z.string(),
      before: z.string(),
      role: z.string().nullable().describe('Null: nobody would let them in any more.'),
      rule: z.string().nullable(),
    }),
  ),
});
export type RoleRulesPreview = z.infer<typeof roleRulesPreview>;
