import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { replayRestored } from '../../hub/main/restore/replay-restored.ts';
import { openCutBench, type CutBench } from '../../test/support/cut-bench.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { backUp } from '../../test/support/older-backup.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

let cuts: CutBench;
beforeAll(async () => {
  cuts = await openCutBench();
});
afterAll(() => cuts.close());

test('a hold that spares a cut lets another go first: the line is heard once, and of neither span anything is left', async () => {
  const id = await cuts.call();
  const before = await cuts.soundOf(id, 0);
  const { id: first } = await cuts.ask(id, { labels: ['10'] });
  await cuts.approve(first);
  await cuts.advance(first);
  await cuts.derive(first);
  await placeHoldOn(cuts.bench.deps, cuts.database.tenantId, [id]);
  expect(await cuts.carryOut(first)).toBe('spared');
  await cuts.advance(first);
  await cuts.database.asOwner('delete from hold_item where recording_id = $1', [id]);
  await cuts.cutOut(id, { labels: ['10'], fromMs: 0, toMs: 200 });
  const standing = async () =>
    (await cuts.mediaOf(id, '10')).filter(({ destroyedAt }) => destroyedAt === null);
  expect(await standing()).toHaveLength(1);
  expect(await cuts.cutOf(id)).toMatchObject({ state: 'cut' });
  expect(await cuts.advance(first)).toMatchObject({ work: 'derive' });
  expect(await cuts.derive(first)).toEqual({ derived: 1 });
  await cuts.advance(first);
  expect(await cuts.carryOut(first)).toBe('destroyed');
  expect(await cuts.advance(first)).toMatchObject({ state: 'cut' });
  expect(await standing()).toHaveLength(1);
  const after = await cuts.soundOf(id, 0);
  const spans = [...after.slice(0, 1600), ...after.slice(4800, 10_400)];
  expect(spans.every((sample) => sample === 0)).toBe(true);
  expect(after.slice(1600, 4800)).toEqual(before.slice(1600, 4800));
});

test('of several cuts that a restore has lost, each is asked for again before the recording is used', async () => {
  const id = await cuts.call();
  const backup = await backUp(cuts.database, cuts.bench, id);
  const spans = [
    { labels: ['10'] },
    { labels: ['10'], fromMs: 0, toMs: 200 },
    { labels: ['20'], fromMs: 1400, toMs: 1600 },
  ];
  for (const span of spans) await cuts.cutOut(id, span);
  await backup.restore();
  expect(await replayRestored(cuts.bench.deps)).toMatchObject([{ tombstones: 3, lost: 0 }]);
  await cuts.database.asOwner('delete from quarantine');
  const locks = async () => (await cuts.bench.read(id)).restriction?.grounds.length ?? 0;
  expect(await locks()).toBe(3);
  await cuts.cutOut(id, spans[2]);
  expect(await locks()).toBe(2);
  await cuts.cutOut(id, spans[0]);
  expect(await locks()).toBe(1);
  await cuts.cutOut(id, spans[1]);
  expect(await locks()).toBe(0);
  const sound = await cuts.soundOf(id, 0);
  expect([...sound.slice(0, 1600), ...sound.slice(4800, 10_400)].every((sample) => sample === 0)).toBe(true);
});
