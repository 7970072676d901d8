import { Context } from '@temporalio/activity';
import {
  insertNoticeLink,
  lockNotice,
  type CustodianNotice,
} from '../../recorder-core/records/custodian-notices.ts';
import type { Notice } from '../../connectors/kit/record.ts';
import { settle } from '../connectors/settle.ts';
import type { ConnectorActivities } from '../connector-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `ConnectorActivities.sendNotice`. Each attempt has a link of its own; all of them work. */
export function sendNotice(deps: ActivityDependencies): ConnectorActivities['sendNotice'] {
  return async ({ tenantId, noticeId, connectionId, step }) => {
    const at = deps.now();
    const record = await deps.db.forTenant(tenantId, async (tx) => {
      const notice = await lockNotice(tx, noticeId);
      if (notice === undefined || notice.acknowledgedAt !== null || notice.endedAt !== null) return undefined;
      const { url, digest } = deps.noticeLink(tenantId);
      await insertNoticeLink(tx, tenantId, { tokenDigest: digest, noticeId, madeAt: at.toISOString() });
      return noticeOf(tenantId, notice, step, url);
    });
    if (record === undefined) return { outcome: 'done' };
    const signal = Context.current().cancellationSignal;
    return settle(deps, { tenantId, connectionId, operation: 'notice', record, signal });
  };
}

/** What the connected system is given. Pure. */
export function noticeOf(
  tenantId: string,
  notice: CustodianNotice,
  step: 'sent' | 'reminded' | 'escalated',
  link: string,
): Notice {
  const { id, name, matter, instructions, reminders, superior } = notice;
  const toSuperior = step === 'escalated' && superior !== null;
  return {
    kind: 'notice',
    schemaVersion: 1,
    id,
    tenantId,
    revision: 1 + reminders + (step === 'escalated' ? 1 : 0),
    to: toSuperior ? { name: superior, address: notice.superiorAddress } : { name, address: notice.address },
    subject: `${SUBJECTS[step]}: ${matter}`.slice(0, 300),
    text: toSuperior
      ? `${name} has not acknowledged the following, although reminded ${reminders} times. Please see to it.\n\n${instructions}`
      : instructions,
    dueAt: null,
    link,
  };
}

const SUBJECTS = {
  sent: 'Please keep everything about this matter',
  reminded: 'Reminder: please keep everything about this matter',
  escalated: 'Not acknowledged: keeping everything about this matter',
} as const;
