import { z } from 'zod';
import { decideApproval, withdrawApproval } from '../../../approvals/decide-approval.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { approvalDetail, approvalReason, approveBody } from '../../schemas/approval.ts';
import { id } from '../../schemas/primitives.ts';
import { readApprovalDetail } from './present-approval.ts';

const params = z.object({ id });

/**
 * Reading and deciding are open to every signed-in person, because a right to decide may have been lent to anybody; who may
 * is decided for each approval, and a refusal is in the ledger.
 */
export const oneApproval = [
  defineEndpoint({
    method: 'get',
    path: '/approvals/:id',
    summary: 'One approval with its history, for readers of approvals, who asked, and who may decide.',
    act: undefined,
    params,
    response: approvalDetail,
    handle: ({ params: { id: approvalId }, tx, identity, services, now }) =>
      readApprovalDetail(tx, askingOf({ identity, services, now }), approvalId),
  }),
  defineEndpoint({
    method: 'post',
    path: '/approvals/:id/approve',
    summary: 'Agrees to what somebody else asked for; whoever waits for it is told.',
    act: undefined,
    params,
    body: approveBody,
    response: approvalDetail,
    async handle({ params: { id: approvalId }, body: { remark }, tx, identity, services, now }) {
      const asking = askingOf({ identity, services, now });
      await decideApproval(tx, asking, approvalId, { verb: 'approve', remark: remark ?? null });
      return readApprovalDetail(tx, asking, approvalId);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/approvals/:id/refuse',
    summary: 'Refuses what somebody else asked for, with a reason.',
    act: undefined,
    params,
    body: approvalReason,
    response: approvalDetail,
    async handle({ params: { id: approvalId }, body: { reason }, tx, identity, services, now }) {
      const asking = askingOf({ identity, services, now });
      await decideApproval(tx, asking, approvalId, { verb: 'refuse', reason });
      return readApprovalDetail(tx, asking, approvalId);
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/approvals/:id/withdraw',
    summary: 'Takes a question back; only whoever asked can.',
    act: undefined,
    params,
    body: approvalReason,
    response: approvalDetail,
    async handle({ params: { id: approvalId }, body: { reason }, tx, identity, services, now }) {
      const asking = askingOf({ identity, services, now });
      await withdrawApproval(tx, asking, approvalId, reason);
      return readApprovalDetail(tx, asking, approvalId);
    },
  }),
];
