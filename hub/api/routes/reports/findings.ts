import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import {
  assignFinding,
  listFindings,
  settleFinding,
  type Finding,
} from '../../../../recorder-core/records/findings.ts';
import { readStandings } from '../../../../recorder-core/records/recordings.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { id } from '../../schemas/primitives.ts';
import { finding, findingList, findingReason, findingState } from '../../schemas/report.ts';

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
    response: findingList,
    async handle({ query, tx, identity, now }) {
      const { seen, withheld } = await keepSeenSubjects(tx, identity, now, await listFindings(tx, query));
      return { items: seen, withheld };
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

/** Findings but those about recordings that the caller may not see. That a recording is gone is for everybody to know. */
async function keepSeenSubjects(tx: Tx, caller: Caller, now: Date, found: readonly Finding[]) {
  const about = found.filter(
    ({ subjectType, subjectId }) => subjectType === 'recording' && id.safeParse(subjectId).success,
  );
  const standing = await readStandings(
    tx,
    about.map(({ subjectId }) => subjectId),
  );
  const ids = standing.map((one) => one.id);
  const named = new Set((await seenRecordings(tx, caller, now, ids))(ids).recordingIds);
  const hidden = new Set(ids.filter((one) => !named.has(one)));
  const seen = found.filter(({ subjectId }) => !hidden.has(subjectId));
  return { seen, withheld: found.length - seen.length };
}

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
