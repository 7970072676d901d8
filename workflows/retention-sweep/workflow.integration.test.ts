import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { DisposalRef, DueShare } from '../../activities/contract.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { disposalWorkflowId } from '../ids.ts';
import { QUEUES } from '../queues.ts';
import type { retentionSweep } from './workflow.ts';

let temporal: WorkflowTest;

beforeAll(async () => {
  temporal = await openWorkflowTest();
}, 300_000);
afterEach(() => temporal.stopWorkers());
afterAll(() => temporal.close());

function due(count: number): DisposalRef[] {
  return Array.from({ length: count }, () => ({
    tenantId: randomUUID(),
    recordingId: randomUUID(),
    policyEpoch: 1,
  }));
}

/** Answers each claim with the next of these pages. */
function claims(pages: readonly DisposalRef[][]) {
  let next = 0;
  return async () => {
    const claimed = pages[next] ?? [];
    next += 1;
    return { claimed, more: next < pages.length };
  };
}

async function sweep(script: ScriptedActivities, limit: number) {
  await temporal.startWorkers(script.byKind);
  return temporal.client.workflow.start<typeof retentionSweep>('retentionSweep', {
    args: [{ partition: 1, partitions: 2, limit }],
    workflowId: `retention-sweep/${randomUUID()}`,
    taskQueue: QUEUES.lifecycle,
  });
}

const result = (ref: DisposalRef) => temporal.client.workflow.getHandle(disposalWorkflowId(ref)).result();

describe('a retention sweep', () => {
  test('claims page after page of its partition and sets one disposal going for each recording', async () => {
    const pages = [due(3), due(2)];
    const script = new ScriptedActivities({ claimDue: claims(pages) });
    const handle = await sweep(script, 3);
    expect(await handle.result()).toEqual({ claimed: 5 });
    for (const ref of pages.flat()) expect(await result(ref)).toMatchObject({ stage: 'disposed' });
    const asked = script.calls.filter(({ name }) => name === 'claimDue').map(({ input }) => input);
    expect(asked).toEqual([
      { partition: 1, partitions: 2, limit: 3 },
      { partition: 1, partitions: 2, limit: 3 },
    ]);
    await keepHistory(handle, 'retention-sweep-two-pages');
  }, 60_000);

  test('goes through a tenant that has more by shares, each behind where its last page ended, and loses none', async () => {
    const [first, second, third] = [due(4), due(2), due(1)];
    const after = { dueAt: '2026-01-01 00:00:00+00', id: first[0]!.recordingId };
    let began = false;
    const script = new ScriptedActivities({
      claimDue: async ({ share }) => {
        if (share === undefined) {
          const answer = began
            ? { claimed: [], more: false }
            : { claimed: first, more: true, behind: 'tenant' };
          began = true;
          return answer;
        }
        if (share.shards?.includes(3) !== true) return { claimed: [], more: false };
        return share.after === undefined
          ? { claimed: second, more: true, after }
          : { claimed: third, more: false, after };
      },
    });
    const handle = await sweep(script, 4);
    expect(await handle.result()).toEqual({ claimed: 7 });
    for (const ref of [...first, ...second, ...third])
      expect(await result(ref)).toMatchObject({ stage: 'disposed' });
    const shares = script.calls
      .filter(({ name }) => name === 'claimDue')
      .flatMap(({ input }) => (input as { share?: DueShare }).share ?? []);
    const begun = shares.filter((share) => share.after === undefined);
    expect(begun.flatMap(({ shards = [] }) => shards).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 16 }, (_, shard) => shard),
    );
    const ofThree = shares.filter(({ shards }) => shards?.includes(3));
    expect(ofThree.map((share) => share.after)).toEqual([undefined, after]);
    await keepHistory(handle, 'retention-sweep-by-shares-of-many');
  }, 60_000);

  test('goes on as a new run before too many disposals are open under one, and loses none', async () => {
    const pages = [due(2), due(1), due(1)];
    const script = new ScriptedActivities({ claimDue: claims(pages) });
    const handle = await sweep(script, 1_000);
    expect(await handle.result()).toEqual({ claimed: 4 });
    const first = await temporal.client.workflow
      .getHandle(handle.workflowId, handle.firstExecutionRunId)
      .describe();
    expect(first.status.name).toBe('CONTINUED_AS_NEW');
    for (const ref of pages.flat()) expect(await result(ref)).toMatchObject({ stage: 'disposed' });
    await keepHistory(
      temporal.client.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId),
      'retention-sweep-continued',
    );
  }, 60_000);

  test('does not dispose twice of a recording that is claimed twice, and disposes of the others', async () => {
    const [one, two] = [due(1), due(1)];
    const script = new ScriptedActivities({ claimDue: claims([one, [...one, ...two]]) });
    await (await sweep(script, 5)).result();
    for (const ref of [...one, ...two]) expect(await result(ref)).toMatchObject({ stage: 'disposed' });
    expect(script.names.filter((name) => name === 'certifyDisposal')).toHaveLength(2);
  }, 60_000);

  test('sets a disposal going again that had failed', async () => {
    const [ref] = due(1) as [DisposalRef];
    let broken = true;
    const script = new ScriptedActivities({
      claimDue: async () => ({ claimed: [ref], more: false }),
      destroyKeys: async () => {
        if (broken) throw new HoldfastError('not_found', 'The recording is not in the database.');
        return { outcome: 'destroyed' };
      },
    });
    await (await sweep(script, 5)).result();
    await expect(result(ref)).rejects.toThrow();
    await temporal.stopWorkers();
    broken = false;
    await (await sweep(script, 5)).result();
    expect(await result(ref)).toMatchObject({ stage: 'disposed' });
  }, 60_000);
});
