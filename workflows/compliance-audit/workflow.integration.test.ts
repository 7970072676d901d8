import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startCallReconciliation, startComplianceAudit } from '../../hub/worker/start-compliance.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { REPORT_SECTIONS } from '../../recorder-core/policy/report-periods.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { callReconciliationId, complianceAuditId } from '../ids.ts';
import { QUEUES } from '../queues.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const newReport = () => ({ tenantId: randomUUID(), reportId: randomUUID(), period: '2026-Q3' });
const runOf = (ref: ReturnType<typeof newReport>) =>
  temporal.client.workflow.getHandle(complianceAuditId(ref));

describe('a compliance audit', () => {
  test('goes through every section once, however often it is started, and seals', async () => {
    const script = new ScriptedActivities();
    await temporal.startWorkers(script.byKind);
    const ref = newReport();
    await startComplianceAudit(temporal.client, ref);
    await startComplianceAudit(temporal.client, ref);
    expect(await runOf(ref).result()).toEqual({ state: 'sealed', skipped: 0 });
    await startComplianceAudit(temporal.client, ref);
    const { tenantId, reportId } = ref;
    expect(script.calls.slice(0, -1).map(({ input }) => input)).toEqual(
      REPORT_SECTIONS.map((section) => ({ tenantId, reportId, section })),
    );
    expect(script.names.at(-1)).toBe('sealReport');
    await keepHistory(runOf(ref), 'compliance-audit');
  }, 60_000);

  test('skips a section that fails for good, with a reason, and seals all the same', async () => {
    const script = new ScriptedActivities({
      auditSection: async ({ section }) => {
        if (section === 'media') throw new HoldfastError('integrity_failed', 'The store is not what it was.');
        return { state: 'passed' };
      },
    });
    await temporal.startWorkers(script.byKind);
    const ref = newReport();
    await startComplianceAudit(temporal.client, ref);
    expect(await runOf(ref).result()).toEqual({ state: 'sealed', skipped: 1 });
    expect(script.calls.find(({ name }) => name === 'skipSection')?.input).toMatchObject({
      section: 'media',
      why: expect.stringContaining('could not be finished'),
    });
    await keepHistory(runOf(ref), 'compliance-audit-skipped');
  }, 60_000);

  test('that cannot be sealed has failed, in words', async () => {
    const script = new ScriptedActivities({
      sealReport: async () => {
        throw new HoldfastError('not_found', 'The report is not in the database.');
      },
    });
    await temporal.startWorkers(script.byKind);
    const ref = newReport();
    await startComplianceAudit(temporal.client, ref);
    expect(await runOf(ref).result()).toEqual({ state: 'failed', skipped: 0 });
    expect(script.names.at(-1)).toBe('failReport');
    await keepHistory(runOf(ref), 'compliance-audit-failed');
  }, 60_000);
});

test('the nightly round and a comparison are one activity each', async () => {
  const script = new ScriptedActivities({ runComplianceRound: async () => ({ reports: 2 }) });
  await temporal.startWorkers(script.byKind);
  const options = { taskQueue: QUEUES.lifecycle, workflowId: `compliance-round/${randomUUID()}`, args: [{}] };
  const round = await temporal.client.workflow.start('complianceRound', options);
  expect(await round.result()).toEqual({ reports: 2 });
  await keepHistory(round, 'compliance-round');
  const ref = { tenantId: randomUUID(), reconciliationId: randomUUID() };
  await startCallReconciliation(temporal.client, ref);
  await startCallReconciliation(temporal.client, ref);
  const comparison = temporal.client.workflow.getHandle(callReconciliationId(ref));
  expect(await comparison.result()).toEqual({ missing: 0, unlisted: 0 });
  expect(script.names).toEqual(['runComplianceRound', 'reconcileCalls']);
  await keepHistory(comparison, 'call-reconciliation');
}, 60_000);
