import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { changePolicy } from '../../hub/worker/start-policy-change.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { policyChangeId } from '../ids.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

const noDatabase = {} as Database;
const ended = (outcome: 'approved' | 'refused') => ({
  tenantId: randomUUID(),
  approvalId: randomUUID(),
  kind: 'rule-pack' as const,
  subjectId: 'a'.repeat(64),
  outcome,
});

describe('approved rules', () => {
  test('come into force once, then every page of dates is taken after them', async () => {
    const pages = [
      { decided: 500, moved: 7, last: 'b', more: true },
      { decided: 20, moved: 0, last: 'c', more: false },
    ];
    const script = new ScriptedActivities({ recomputeDates: async () => pages.shift()! });
    await temporal.startWorkers(script.byKind);
    const approval = ended('approved');
    await changePolicy(temporal.client, approval, noDatabase);
    await changePolicy(temporal.client, approval, noDatabase); // the outbox tells at least once
    const handle = temporal.client.workflow.getHandle(policyChangeId(approval));
    expect(await handle.result()).toEqual({ last: 'c', decided: 520, moved: 7 });
    expect(script.names).toEqual(['activateRules', 'recomputeDates', 'recomputeDates', 'noteRecomputed']);
    expect(script.calls[2]!.input).toMatchObject({ after: 'b' });
    await keepHistory(handle, 'policy-change');
  }, 60_000);

  test('a database that is away holds them up, and nothing is skipped', async () => {
    let away = 2;
    const script = new ScriptedActivities({
      activateRules: async () => {
        away -= 1;
        if (away > 0) throw new Error('The database cannot be reached.');
        return { activated: true };
      },
    });
    await temporal.startWorkers(script.byKind);
    const approval = ended('approved');
    await changePolicy(temporal.client, approval, noDatabase);
    await temporal.client.workflow.getHandle(policyChangeId(approval)).result();
    expect(script.names).toEqual(['activateRules', 'activateRules', 'recomputeDates', 'noteRecomputed']);
  }, 60_000);

  test('that were refused start nothing', async () => {
    const approval = ended('refused');
    await changePolicy(temporal.client, approval, noDatabase);
    const handle = temporal.client.workflow.getHandle(policyChangeId(approval));
    await expect(handle.describe()).rejects.toThrow();
  });
});
