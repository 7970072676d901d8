import { z } from 'zod';
import {
  listTenantPolicies,
  type TenantPolicyRow,
} from '../../../../recorder-core/records/tenant-policies.ts';
import { proposePolicy, proposeVersion, type ProposedPolicy } from '../../../policy/propose-policy.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import {
  ownPolicy as ownPolicySchema,
  policyProposal,
  proposePolicyBody,
  type OwnPolicy,
  type PolicyProposal,
} from '../../schemas/policy.ts';

const list = defineEndpoint({
  method: 'get',
  path: '/policy/own',
  summary: "Lists the versions of the tenant's own policy, newest first.",
  act: 'policy.read',
  response: z.object({ items: z.array(ownPolicySchema) }),
  async handle({ tx }) {
    return { items: (await listTenantPolicies(tx)).map(present) };
  },
});

const propose = defineEndpoint({
  method: 'post',
  path: '/policy/own',
  summary: "Proposes a new version of the tenant's own policy; a second person has to agree.",
  act: 'policy.manage',
  body: proposePolicyBody,
  response: policyProposal,
  status: 202,
  async handle({ body: { policy, reason }, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    return presentProposal(await proposePolicy(tx, asking, { body: policy, reason }));
  },
});

const again = defineEndpoint({
  method: 'post',
  path: '/policy/own/:version/activate',
  summary: 'Proposes a version once more: one that was in force before, or that was refused.',
  act: 'policy.manage',
  params: z.strictObject({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
  body: proposePolicyBody.pick({ reason: true }),
  response: policyProposal,
  status: 202,
  async handle({ params: { version }, body: { reason }, tx, identity, services, now }) {
    const asking = { ...askingOf({ identity, services, now }), packs: services.packs };
    return presentProposal(await proposeVersion(tx, asking, { version, reason }));
  },
});

/** Everything about the tenant's own policy. */
export const ownPolicy = [list, propose, again];

function present({ digest: _digest, supersededAt: _at, ...row }: TenantPolicyRow): OwnPolicy {
  return row;
}

function presentProposal(made: ProposedPolicy): PolicyProposal {
  return { ...made, conflicts: made.conflicts.map((one) => ({ ...one })) };
}
