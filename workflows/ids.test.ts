import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import {
  bulkRedeliveryId,
  disposalWorkflowId,
  recordingWorkflowId,
  redeliveryWorkflowId,
  retentionSweepId,
} from './ids.ts';

const recording = fc.record({ tenantId: fc.uuid(), recordingId: fc.uuid() });
const disposal = fc.record({ tenantId: fc.uuid(), recordingId: fc.uuid(), policyEpoch: fc.nat(1_000_000) });

describe('workflow ids', () => {
  test('have the forms that temporal.yaml declares', () => {
    const ref = { tenantId: 't', recordingId: 'r', policyEpoch: 3 };
    expect(recordingWorkflowId(ref)).toBe('recording/t/r');
    expect(disposalWorkflowId(ref)).toBe('disposal/r/3');
    expect(retentionSweepId(1)).toBe('retention-sweep/1');
    expect(redeliveryWorkflowId('m')).toBe('redelivery/m');
    expect(bulkRedeliveryId('m')).toBe('bulk-redelivery/m');
  });

  test('are equal exactly for equal work', () => {
    fc.assert(
      fc.property(recording, recording, (a, b) => {
        const same = a.tenantId === b.tenantId && a.recordingId === b.recordingId;
        expect(recordingWorkflowId(a) === recordingWorkflowId(b)).toBe(same);
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(disposal, fc.nat(1_000_000), (ref, epoch) => {
        const other = { ...ref, policyEpoch: epoch };
        expect(disposalWorkflowId(ref) === disposalWorkflowId(other)).toBe(ref.policyEpoch === epoch);
      }),
      { numRuns: 100 },
    );
  });

  test('fit the columns of the server, with the time that a Schedule appends', () => {
    fc.assert(
      fc.property(disposal, (ref) => {
        expect(recordingWorkflowId(ref).length).toBeLessThan(255 - 30);
        expect(disposalWorkflowId(ref).length).toBeLessThan(255 - 30);
      }),
      { numRuns: 100 },
    );
  });
});
