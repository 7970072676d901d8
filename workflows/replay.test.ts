import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';
import { bundleWorkflows, type WorkflowBundle } from '../hub/worker/bundle.ts';
import { openDataConverter } from '../hub/worker/data-converter.ts';
import { keptBundle } from '../hub/worker/kept-bundle.ts';
import { toSdkLogger } from '../hub/worker/runtime.ts';
import { storedHistories } from '../test/support/stored-histories.ts';
import { installTestRuntime, SILENT, TEST_KEYS } from '../test/support/workflow-test.ts';

const ROOT = join(import.meta.dirname, '..');
const logger = toSdkLogger(SILENT);
const folders: string[] = [];

beforeAll(() => {
  installTestRuntime();
});
afterAll(async () => {
  // A replay runs workflows on this thread, and its promise hooks would break other suites that run here afterwards.
  globalHandlers.uninstall();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Replays every stored history against a bundle; by name, what went wrong with it. */
async function replay(bundle: WorkflowBundle): Promise<Record<string, string | undefined>> {
  const outcome: Record<string, string | undefined> = {};
  const results = Worker.runReplayHistories(
    {
      workflowBundle: { code: bundle.code },
      dataConverter: openDataConverter(TEST_KEYS),
      sinks: { exporter: { export: { fn: () => undefined } } },
    },
    await storedHistories(),
  );
  for await (const { workflowId, error } of results) outcome[workflowId] = error?.name;
  return outcome;
}

/** The workflows with one place of one file changed. */
async function changedBundle(file: string, from: string, to: string): Promise<WorkflowBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-replay-'));
  folders.push(folder);
  await cp(join(ROOT, 'workflows'), join(folder, 'workflows'), { recursive: true });
  for (const beside of ['node_modules', 'recorder-core'])
    await symlink(join(ROOT, beside), join(folder, beside));
  const path = join(folder, 'workflows', file);
  const text = await readFile(path, 'utf8');
  expect(text.split(from)).toHaveLength(2); // else the test would change nothing, or not what it means
  await writeFile(path, text.replace(from, to));
  return bundleWorkflows({ workflowsPath: join(folder, 'workflows/index.ts'), logger });
}

describe('stored histories', () => {
  test('are replayed by the workflows as they are now', async () => {
    const outcome = await replay(await keptBundle(logger));
    expect(Object.keys(outcome).length).toBeGreaterThanOrEqual(6);
    expect(Object.entries(outcome).filter(([, error]) => error !== undefined)).toEqual([]);
  }, 60_000);

  test('catch a change of the order of steps that open runs could not follow', async () => {
    const outcome = await replay(
      await changedBundle(
        'recording-lifecycle/workflow.ts',
        "  state.enter('enriching');",
        "  await scheduled.retainRecording(ref);\n  state.enter('enriching');",
      ),
    );
    const caught = Object.keys(outcome).filter((name) => outcome[name] === 'DeterminismViolationError');
    expect(caught).toEqual(Object.keys(outcome).filter((name) => name.startsWith('recording-lifecycle')));
    expect(caught.length).toBeGreaterThanOrEqual(3);
  }, 60_000);

  test('are stored as on the wire: only search attributes, trace ids, names of patches and numbers of steps can be read', async () => {
    for (const { workflowId, history } of await storedHistories()) {
      const seen = encodings(history);
      expect(seen.some(({ encoding }) => encoding === 'binary/encrypted')).toBe(true);
      const readable = seen.filter(({ encoding }) => encoding !== 'binary/encrypted').map(({ path }) => path);
      const allowed =
        /\.(indexedFields|header\.fields)\.(TenantId|RecordingId|TemporalChangeVersion|_tracer-data)$|\.details\.(patch-data|data)\.payloads\.0$/;
      expect({ workflowId, readable: readable.filter((path) => !allowed.test(path)) }).toEqual({
        workflowId,
        readable: [],
      });
    }
  });
});

/** Every payload anywhere in a history: where it stands and how it is encoded. */
function encodings(value: unknown, path = ''): { path: string; encoding: string }[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const encoding = (value as { metadata?: Record<string, Uint8Array> | null }).metadata?.['encoding'];
  if (encoding !== undefined) return [{ path, encoding: Buffer.from(encoding).toString() }];
  return Object.entries(value).flatMap(([key, inner]) => encodings(inner, `${path}.${key}`));
}
