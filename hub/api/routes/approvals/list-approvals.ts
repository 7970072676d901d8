import { z } from 'zod';
import { listApprovals as query } from '../../../../recorder-core/records/approvals.ts';
import { deciderOf } from '../../../approvals/decide-approval.ts';
import { listWaiting } from '../../../approvals/list-waiting.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { approvalSummary } from '../../schemas/approval.ts';
import { storable } from '../../schemas/primitives.ts';
import { presentApproval } from './present-approval.ts';

const response = z.object({ items: z.array(approvalSummary) });

/** What waits for the caller; for everybody, because a right to decide may have been lent to anybody. */
export const listWaitingApprovals = defineEndpoint({
  method: 'get',
  path: '/approvals/waiting',
  summary: 'Lists what waits for the decision of the caller, by their own right or a lent one; due first.',
  act: undefined,
  response,
  async handle({ tx, identity, services, now }) {
    const asking = askingOf({ identity, services, now });
    const decider = await deciderOf(tx, asking);
    const found = await listWaiting(tx, asking);
    return { items: found.map((each) => presentApproval(each, decider, now)) };
  },
});

export const listApprovals = defineEndpoint({
  method: 'get',
  path: '/approvals',
  summary: 'Lists approvals, newest first, at most 500; open ones due first with `open=true`.',
  act: 'approval.read',
  query: z.strictObject({
    open: z.stringbool().optional().describe('Only those that wait, or only those that are over.'),
    subjectId: storable(z.string().trim().min(1).max(200)).optional().describe('Only those about this.'),
  }),
  response,
  async handle({ query: { open, subjectId }, tx, identity, services, now }) {
    const decider = await deciderOf(tx, askingOf({ identity, services, now }));
    const found = await query(tx, {
      ...(open === undefined ? {} : { open }),
      ...(subjectId === undefined ? {} : { subjectId }),
    });
    return { items: found.map((each) => presentApproval(each, decider, now)) };
  },
});
