import type { z } from 'zod';
import type { Approval } from '../../../../recorder-core/records/approvals.ts';
import { readCut } from '../../../../recorder-core/records/cuts.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { readRelease } from '../../../../recorder-core/records/hold-releases.ts';
import type { approvalAbout } from '../../schemas/approval.ts';

type About = z.input<typeof approvalAbout>;

/** The thing that people know, of what an approval is about: a release is of a matter. Null where there is no screen of it. */
export async function aboutApproval(tx: Tx, { kind, subject }: Approval): Promise<About | null> {
  switch (kind) {
    case 'hold-release': {
      const release = await readRelease(tx, subject.id);
      return release === undefined ? null : { type: 'matter', id: release.matterId };
    }
    case 'recording-cut': {
      const cut = await readCut(tx, subject.id);
      return cut === undefined ? null : { type: 'recording', id: cut.recordingId };
    }
    case 'consent-conflict':
      return { type: 'recording', id: subject.id };
    case 'disposal-run':
      return { type: 'disposal-run', id: subject.id };
    case 'export':
      return { type: 'export', id: subject.id };
    case 'incident-close':
      return { type: 'incident', id: subject.id };
    case 'request-erasure':
    case 'request-refusal':
      return { type: 'request', id: subject.id };
    case 'access-grant':
    case 'break-glass-review':
      return { type: 'grant', id: subject.id };
    case 'access-policy':
      return { type: 'access-policy', id: subject.id };
    case 'access-rules':
      return { type: 'access-rules', id: subject.id };
    case 'rule-pack':
    case 'tenant-policy':
      return { type: 'policy', id: subject.id };
    default:
      return null;
  }
}
