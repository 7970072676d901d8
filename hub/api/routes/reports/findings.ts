import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import {
  assignFinding,
  listFindings,
  settleFinding,
  type Finding,
} from '../../../../recorder-core/records/findings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import { finding, findingReason, findingState } from '../../schemas/report.ts';

const params = z.object({ id });
const accesses = ({ id: findingId }: z.output<typeof params>) => ({ type: 'finding', id: findingId });

/** Findings, and what people do about them. */
export const findings = [
  defineEndpoint({
    method: 'get',
    path: '/findings',
    summary: 'Lists findings of the compliance checks, at most 500: open ones first, the next due first.',
    act: 'report.read',
    query: z.strictObject({ state: findingState.optional(), section: z.string().max(40).optional() }),
    response: z.object({ items: z.array(finding) }),
    async handle({ query, tx }) {
      return { items: await listFindings(tx, query) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/findings/:id/settle',
    summary: 'Ends a finding with a reason; a check that meets it again does not open it anew.',
    act: 'report.make',
    params,
    accesses,
    body: findingReason,
    response: finding,
    async handle({ params: { id: findingId }, body, tx, identity, services, now }) {
      const context = { tenantId: identity.tenantId, now, newId: services.newId };
      const settled = await settleFinding(tx, context, findingId, identity.user, body.reason);
      return answer(tx, findingId, settled);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/findings/:id/assign',
    summary: 'Gives an open finding to a person.',
    act: 'report.make',
    params,
    accesses,
    body: z.strictObject({ ownerId: id }),
    response: finding,
    async handle({ params: { id: findingId }, body, tx, identity, services, now }) {
      const context = { tenantId: identity.tenantId, now, newId: services.newId };
      const assigned = await assignFinding(tx, context, findingId, body.ownerId, identity.user);
      return answer(tx, findingId, assigned);
    },
  }),
];

async function answer(tx: Tx, findingId: string, done: boolean): Promise<Finding> {
  const [found] = await listFindings(tx, { ids: [findingId] });
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no finding with this id in your tenant.');
  if (done) return found;
  throw new HoldfastError(
    'conflict',
    found.state === 'open'
      ? 'There is no person of that id to give it to. `holdfast users` lists them.'
      : `This finding is ${found.state} already. Look at it again.`,
  );
}
