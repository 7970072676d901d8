import type { AccessContext } from '../../../../recorder-core/authorization/asked.ts';
import { explainDecision } from '../../../access-policies/explain-decision.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { requireAct } from '../../require-identity.ts';
import { accessExplanation, whyBody } from '../../schemas/access-policy.ts';
import { presentDecision } from './present-access-policy.ts';

/** Everybody may ask about themselves. */
export const whyCannotI = defineEndpoint({
  method: 'post',
  path: '/access-policies/why',
  summary:
    'Why somebody may, or may not, do something now or under other circumstances: the policies that decide, those that came near, and whom to ask. Nothing is changed.',
  act: undefined,
  body: whyBody,
  response: accessExplanation,
  async handle({ body, tx, identity, services, now }) {
    const { personId = identity.user.id, act, recordingId = null, at } = body;
    const own = personId === identity.user.id;
    if (!own) await requireAct(identity, 'access-policy.read', services, now);
    const nowMs = at === undefined ? now.getTime() : Date.parse(at);
    const { address, country, region, steppedUpAt } = identity.circumstances;
    const is = { address, country, region };
    const unknown = { address: null, country: null, region: null };
    const context: AccessContext = {
      nowMs,
      means: 'session',
      purpose: body.purpose ?? null,
      ...(own ? is : unknown),
      ...(body.address !== undefined && { address: body.address }),
      ...(body.country !== undefined && { country: body.country }),
      ...(body.region !== undefined && { region: body.region }),
      stepUpAgeMs: ageOf(body.stepUpAgeSeconds, own ? steppedUpAt : null, nowMs),
    };
    const question = { tenantId: identity.tenantId, askerId: identity.user.id, personId, act, recordingId };
    const { decision, nearMisses, further, person, version, ask } = await explainDecision(tx, {
      ...question,
      context,
    });
    return {
      person,
      act,
      recordingId,
      at: new Date(nowMs).toISOString(),
      version,
      decision: presentDecision(decision),
      nearMisses: nearMisses.map((miss) => ({ ...miss, parts: [...miss.parts] })),
      further,
      ask: [...ask],
    };
  },
});

function ageOf(stated: number | null | undefined, steppedUpAt: string | null, nowMs: number): number | null {
  if (stated !== undefined) return stated === null ? null : stated * 1_000;
  return steppedUpAt === null ? null : Math.max(0, nowMs - Date.parse(steppedUpAt));
}
