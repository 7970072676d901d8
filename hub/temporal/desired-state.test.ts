import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { QUEUES, spoolQueue } from '../../workflows/queues.ts';
import {
  approvalWorkflowId,
  bulkRedeliveryId,
  incidentWorkflowId,
  callReconciliationId,
  complianceAuditId,
  connectionComparisonId,
  consentChangeWorkflowId,
  cutWorkflowId,
  deliveryRunId,
  deliverySweepId,
  disposalWorkflowId,
  exportWorkflowId,
  holdSpreadWorkflowId,
  matterWorkflowId,
  keyPeriodCloseId,
  objectStoreProbeId,
  partDisposalWorkflowId,
  policyChangeId,
  recordingWorkflowId,
  roleChangeWorkflowId,
  redeliveryWorkflowId,
  retentionSweepId,
  streamReadId,
  comparisonRoundId,
  streamRoundId,
  subjectRequestWorkflowId,
  webhookSendingId,
} from '../../workflows/ids.ts';
import { RECORDING_ID, TENANT_ID } from '../../workflows/search-attributes.ts';
import * as workflows from '../../workflows/index.ts';
import { servedQueues } from '../worker/queues.ts';
import { parseDesiredState, type DesiredState } from './desired-state.ts';

let shipped: string;
let desired: DesiredState;

beforeAll(async () => {
  shipped = await readFile(join(import.meta.dirname, '../../temporal.yaml'), 'utf8');
  desired = parseDesiredState(shipped);
});

/** The shipped text with one value changed, given by its path. */
function withValue(path: readonly (string | number)[], value: unknown): string {
  const document = parse(shipped) as Record<string | number, never>;
  let place: Record<string | number, never> = document;
  for (const key of path.slice(0, -1)) place = place[key]!;
  place[path.at(-1)!] = value as never;
  return stringify(document);
}

describe('the shipped temporal.yaml', () => {
  test('declares exactly the workflows that workers run, with their versioning', () => {
    expect(Object.keys(desired.workflows).sort()).toEqual(Object.keys(workflows).sort());
    for (const [type, declared] of Object.entries(desired.workflows)) {
      const options = (workflows as Record<string, unknown>)[type] as { workflowDefinitionOptions?: unknown };
      const behaviour = declared.versioning === 'pinned' ? 'PINNED' : 'AUTO_UPGRADE';
      expect({ type, options: options.workflowDefinitionOptions }).toEqual({
        type,
        options: { versioningBehavior: behaviour },
      });
    }
  });

  test('declares the ids, queues and search attributes that the code uses', () => {
    const ref = {
      tenantId: '{tenantId}',
      recordingId: '{recordingId}',
      policyEpoch: '{policyEpoch}' as never,
    };
    expect(Object.fromEntries(Object.entries(desired.workflows).map(([type, { id }]) => [type, id]))).toEqual(
      {
        recordingLifecycle: recordingWorkflowId(ref),
        redelivery: redeliveryWorkflowId('{messageId}'),
        bulkRedelivery: bulkRedeliveryId('{messageId}'),
        deliveryRun: deliveryRunId({ connectionId: '{connectionId}', lane: '{lane}' as never }),
        connectionComparison: connectionComparisonId({ comparisonId: '{comparisonId}' }),
        streamRead: streamReadId({ connectionId: '{connectionId}', stream: '{stream}' }),
        comparisonRound: comparisonRoundId('{partition}' as never),
        streamRound: streamRoundId('{partition}' as never),
        deliverySweep: deliverySweepId('{partition}' as never),
        roleChange: roleChangeWorkflowId({ changeId: '{changeId}' }),
        approval: approvalWorkflowId({ approvalId: '{approvalId}' }),
        consentChange: consentChangeWorkflowId({ changeId: '{changeId}' }),
        legalHold: matterWorkflowId({ matterId: '{matterId}' }),
        holdSpread: holdSpreadWorkflowId({ spreadId: '{spreadId}' }),
        partDisposal: partDisposalWorkflowId({ disposalId: '{disposalId}' }),
        recordingCut: cutWorkflowId({ cutId: '{cutId}' }),
        subjectRequest: subjectRequestWorkflowId({ requestId: '{requestId}' }),
        policyChange: policyChangeId({ approvalId: '{approvalId}' }),
        evidenceExport: exportWorkflowId({ exportId: '{exportId}' }),
        webhookSending: webhookSendingId({ endpointId: '{endpointId}' }),
        retentionSweep: retentionSweepId('{partition}' as never),
        keyPeriodClose: keyPeriodCloseId('{partition}' as never),
        incident: incidentWorkflowId({ incidentId: '{incidentId}' }),
        objectStoreProbe: objectStoreProbeId('{partition}' as never),
        disposal: disposalWorkflowId(ref),
        complianceAudit: complianceAuditId({ tenantId: '{tenantId}', period: '{period}' }),
        complianceRound: 'compliance-round/{partition}',
        callReconciliation: callReconciliationId({ reconciliationId: '{reconciliationId}' }),
      },
    );
    expect(
      servedQueues(desired, ['lifecycle', 'media', 'connectors', 'spool'], 'n1').map((q) => q.taskQueue),
    ).toEqual([QUEUES.lifecycle, QUEUES.media, QUEUES.connectors, spoolQueue('n1')]);
    expect(Object.keys(desired.searchAttributes).sort()).toEqual([RECORDING_ID.name, TENANT_ID.name].sort());
  });

  test('is read into milliseconds and frozen through and through', () => {
    expect(desired.namespace.retention).toBe(7 * 86_400_000);
    expect(desired.schedules['retention-sweep']).toMatchObject({ every: 60_000, catchUpWindow: 600_000 });
    expect(() => {
      (desired.schedules['retention-sweep'] as { every: number }).every = 1;
    }).toThrow(TypeError);
  });
});

describe('a temporal.yaml is refused, with the key at fault,', () => {
  const wrong: [why: string, path: (string | number)[], value: unknown, field: string][] = [
    ['for an unknown key at the top', ['extra'], 1, 'extra'],
    ['for an unknown key further down', ['namespace', 'retenshun'], '7 days', 'namespace.retenshun'],
    [
      'for a duration without a unit',
      ['schedules', 'retention-sweep', 'every'],
      60,
      'schedules.retention-sweep.every',
    ],
    ['for a retention below a day', ['namespace', 'retention'], '23 hours', 'namespace.retention'],
    [
      'for an overlap that is none',
      ['schedules', 'retention-sweep', 'overlap'],
      'sometimes',
      'schedules.retention-sweep.overlap',
    ],
    [
      'for a schedule of no workflow',
      ['schedules', 'retention-sweep', 'workflow'],
      'nothing',
      'schedules.retention-sweep.workflow',
    ],
    [
      'for a workflow on a queue without workflows',
      ['workflows', 'disposal', 'taskQueue'],
      'media',
      'workflows.disposal.taskQueue',
    ],
    ['for an attribute of no type', ['searchAttributes', 'TenantId'], 'String', 'searchAttributes.TenantId'],
    ['for a queue that stands twice', ['taskQueues', 1, 'name'], 'lifecycle', 'taskQueues'],
    ['for failures left readable', ['codec', 'failures'], 'plain', 'codec.failures'],
    ['for another version', ['version'], 2, 'version'],
  ];
  test.each(wrong)('%s', (_why, path, value, field) => {
    expect(() => parseDesiredState(withValue(path, value))).toThrow(
      expect.objectContaining({ code: 'config_invalid', field, message: expect.stringContaining(field) }),
    );
  });

  test('for text that is no YAML', () => {
    expect(() => parseDesiredState('a: [')).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(() => parseDesiredState('')).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });
});

test('a worker is not started for a queue that is not declared', () => {
  expect(() => servedQueues(desired, ['lifecycle', 'nonsense'], 'n1')).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining('lifecycle, media') }),
  );
});
