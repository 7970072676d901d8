import type { Client } from '@temporalio/client';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { endPublishing } from '../access-policies/publish-policies.ts';
import type { ApprovalKind } from '../../recorder-core/policy/approval.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { advanceSubjectRequest } from './start-subject-request.ts';
import { readRelease } from '../../recorder-core/records/hold-releases.ts';
import type { ApprovalEnded } from '../../recorder-core/records/outbox.ts';
import { endDisposalReviewApproval, endDisposalRunApproval } from './end-disposal-approval.ts';
import { settleAccessRules } from '../incidents/settle-access-rules.ts';
import { tellIncident } from './start-incident.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { settleExport } from '../exports/settle-export.ts';
import { settleGrant } from '../grants/settle-grant.ts';
import { settleReview } from '../grants/settle-review.ts';
import { settleConsentConflict } from './settle-consent-conflict.ts';
import { tellRecordingCut } from './start-recording-cut.ts';
import { tellLegalHold } from './start-legal-hold.ts';
import { changePolicy } from './start-policy-change.ts';

/** How an approval ended, in its tenant. */
export type EndedApproval = ApprovalEnded & { readonly tenantId: string };

/**
 * Tells the workflow of the subject that the answer is there, or starts it; whoever acts asks `requireApproved` again in
 * its own transaction. Told at least once; harmless when it is told twice.
 */
export type ApprovalConsumer = (client: Client, ended: EndedApproval, db: Database) => Promise<void>;

const context = () => ({ now: new Date(), newId: (at: Date) => newId(at.getTime()) });

/** The one consumer of each kind. */
const APPROVAL_CONSUMERS: { readonly [K in ApprovalKind]?: ApprovalConsumer } = {
  'access-policy': (_client, ended, db) => endPublishing(db, ended, new Date()),
  'access-rules': (_client, ended, db) => settleAccessRules(db, ended, new Date()),
  'access-grant': (_client, ended, db) => settleGrant(db, ended, context()),
  'break-glass-review': (_client, ended, db) => settleReview(db, ended, context()),
  'disposal-run': (_client, ended, db) => endDisposalRunApproval(db, ended, new Date()),
  'disposal-review': (_client, ended, db) => endDisposalReviewApproval(db, ended, new Date()),
  export: (_client, ended, db) => settleExport(db, ended, context()),
  'incident-close': (client, { tenantId, subjectId }) =>
    tellIncident(client, { tenantId, incidentId: subjectId }),
  'consent-conflict': settleConsentConflict,
  'recording-cut': (client, { tenantId, subjectId }) =>
    tellRecordingCut(client, { tenantId, cutId: subjectId }),
  'request-erasure': (client, { tenantId, subjectId }) =>
    advanceSubjectRequest(client, { tenantId, requestId: subjectId }),
  'request-refusal': (client, { tenantId, subjectId }) =>
    advanceSubjectRequest(client, { tenantId, requestId: subjectId }),
  'hold-release': async (client, { tenantId, subjectId }, db) => {
    const release = await db.forTenant(tenantId, (tx) => readRelease(tx, subjectId));
    if (release !== undefined) await tellLegalHold(client, { tenantId, matterId: release.matterId });
  },
  'rule-pack': changePolicy,
  'tenant-policy': changePolicy,
};

/** Tells the consumer of its kind how an approval ended. @throws HoldfastError `unavailable` where none is there yet, so that it is told later. */
export async function consumeApproval(client: Client, ended: EndedApproval, db: Database): Promise<void> {
  const consume = APPROVAL_CONSUMERS[ended.kind];
  if (consume === undefined)
    throw new HoldfastError(
      'unavailable',
      `Nothing of this version acts on approvals of the kind ${ended.kind}.`,
    );
  await consume(client, ended, db);
}
