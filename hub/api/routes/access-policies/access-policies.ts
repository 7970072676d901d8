import { z } from 'zod';
import { ACCESS_SCHEMA } from '../../../../recorder-core/authorization/access-schema.ts';
import { shippedTexts } from '../../../../recorder-core/authorization/shipped-texts.ts';
import { shippedPolicies } from '../../../../recorder-core/authorization/policy-set.ts';
import { listAccessPolicies } from '../../../../recorder-core/records/access-policies.ts';
import { askPublishing } from '../../../access-policies/ask-publishing.ts';
import { judgeApart } from '../../../access-policies/judge-apart.ts';
import { measureEffect, readPopulation } from '../../../access-policies/measure-effect.ts';
import { requirePolicies, savePolicies } from '../../../access-policies/save-policies.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import {
  accessEffect,
  accessEffectBody,
  accessPolicyDetail,
  accessPolicyVersion,
  askedPublishing,
  checkAccessPoliciesBody,
  publishAccessPoliciesBody,
  saveAccessPoliciesBody,
  shippedAccessPolicies,
  textCheck,
} from '../../schemas/access-policy.ts';
import { presentCheck, presentVersion } from './present-access-policy.ts';

const ofVersion = z.strictObject({ version: z.coerce.number().int().min(1).max(2_000_000_000) });

const list = defineEndpoint({
  method: 'get',
  path: '/access-policies',
  summary: "Lists the versions of the tenant's own policies of access, newest first.",
  act: 'access-policy.read',
  response: z.object({ items: z.array(accessPolicyVersion) }),
  async handle({ tx }) {
    return { items: (await listAccessPolicies(tx)).map(presentVersion) };
  },
});

const shipped = defineEndpoint({
  method: 'get',
  path: '/access-policies/shipped',
  summary: 'The policies that every tenant has, and the types that own ones are checked against.',
  act: 'access-policy.read',
  response: shippedAccessPolicies,
  async handle() {
    const texts = shippedTexts();
    const policies = shippedPolicies().policies.map(({ id, says }, index) => ({
      id,
      says,
      text: texts[index] ?? '',
    }));
    return { schema: ACCESS_SCHEMA.trim(), policies };
  },
});

const read = defineEndpoint({
  method: 'get',
  path: '/access-policies/:version',
  summary: 'One version with its text and examples, and what a check of them finds now.',
  act: 'access-policy.read',
  params: ofVersion,
  response: accessPolicyDetail,
  async handle({ params: { version }, tx, now }) {
    const stored = await requirePolicies(tx, version);
    const { text, examples } = stored;
    return async () => {
      const { check } = await judgeApart({ text, examples, nowMs: now.getTime() });
      return { ...presentVersion(stored), text, examples: [...examples], check: presentCheck(check) };
    };
  },
});

const check = defineEndpoint({
  method: 'post',
  path: '/access-policies/check',
  summary: 'Checks a text of policies and asks its examples. Nothing is stored.',
  act: 'access-policy.read',
  body: checkAccessPoliciesBody,
  response: textCheck,
  remote: true,
  async handle({ body: { text, examples }, now }) {
    return async () => presentCheck((await judgeApart({ text, examples, nowMs: now.getTime() })).check);
  },
});

const effect = defineEndpoint({
  method: 'post',
  path: '/access-policies/effect',
  summary:
    'Who would gain and who would lose by a text, over the people and recordings that are there. Nothing is stored.',
  act: 'access-policy.read',
  body: accessEffectBody,
  response: accessEffect,
  remote: true,
  async handle({ body: { text, purpose }, tx, now }) {
    const population = await readPopulation(tx);
    return async () => {
      const { changes, acts, ...measured } = await measureEffect(population, text, now, purpose ?? null);
      return {
        ...measured,
        acts: [...acts],
        changes: changes.map((one) => ({ ...one, people: [...one.people], classes: [...one.classes] })),
      };
    };
  },
});

const save = defineEndpoint({
  method: 'post',
  path: '/access-policies',
  summary: 'Keeps a text of policies with its examples as the next version, a draft that decides nothing.',
  act: 'access-policy.manage',
  body: saveAccessPoliciesBody,
  response: z.object({ version: z.int(), check: textCheck }),
  status: 201,
  async handle({ body, tx, identity, services, now }) {
    const { text, examples } = body;
    const { check } = await judgeApart({ text, examples, nowMs: now.getTime() });
    const version = await savePolicies(tx, askingOf({ identity, services, now }), body);
    return { version, check: presentCheck(check) };
  },
});

const publish = defineEndpoint({
  method: 'post',
  path: '/access-policies/:version/publish',
  summary:
    'Asks a second person to publish a version; one that was superseded comes back as a new version with its text.',
  act: 'access-policy.manage',
  params: ofVersion,
  body: publishAccessPoliciesBody,
  response: askedPublishing,
  status: 202,
  async handle({ params: { version }, body: { reason }, tx, identity, services, now }) {
    const asking = askingOf({ identity, services, now });
    const { address, country, region } = identity.circumstances;
    return askPublishing(tx, asking, { version, reason, from: { address, country, region } });
  },
});

/** Everything about versions of access policies. */
export const accessPolicies = [list, shipped, read, check, effect, save, publish];
