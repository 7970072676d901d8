import { describe, expect, test } from '@jest/globals';
import { findBreaches, findHomeless, type House } from './check-floors.ts';
import { FLOORS, type Exception } from './floors.ts';
import type { ModuleEdge } from './module-edges.ts';

function breaches(edges: readonly Partial<ModuleEdge>[], exceptions: readonly Exception[] = []): string[] {
  const house: House = { floors: FLOORS, exceptions };
  return findBreaches(
    edges.map((edge) => ({ from: '', line: 7, specifier: '', typeOnly: false, ...edge })),
    house,
  );
}

describe('findBreaches', () => {
  test('prints the file, the line, what it imports and the rule', () => {
    const [line, ...more] = breaches([
      { from: 'recorder-core/sip/message.ts', line: 12, specifier: '../records/database.ts' },
    ]);
    expect(line).toMatch(
      /^recorder-core\/sip\/message\.ts:12 -> recorder-core\/records\/database\.ts: A ground floor imports nothing of ours/,
    );
    expect(more).toEqual([]);
  });

  test.each([
    ['a ground floor another ground floor', 'recorder-core/media/rtp.ts', '../sip/sdp.ts'],
    ['the core the hub', 'recorder-core/capture/call.ts', '../../hub/main/version.ts'],
    ['the core an activity', 'recorder-core/records/outbox.ts', '../../activities/contract.ts'],
    ['a connector another vendor', 'connectors/elasticsearch/checks.ts', '../embedded-search/connector.ts'],
    ['a connector Temporal', 'connectors/elasticsearch/checks.ts', '@temporalio/activity'],
    ['a connector the database', 'connectors/elasticsearch/operations/x.ts', 'pg'],
    ['a connector a socket', 'connectors/elasticsearch/checks.ts', 'node:net'],
    ['a connector the records', 'connectors/elasticsearch/checks.ts', '../../recorder-core/records/parts.ts'],
    ['the kit a vendor', 'connectors/kit/auth.ts', '../elasticsearch/config.ts'],
    ['an activity the hub', 'activities/spool/store-parts.ts', '../../hub/config/settings.ts'],
    ['an activity a workflow', 'activities/spool/store-parts.ts', '../../workflows/ids.ts'],
    ['a workflow an activity', 'workflows/disposal/workflow.ts', '../../activities/make-activities.ts'],
    ['a workflow the records', 'workflows/disposal/workflow.ts', '../../recorder-core/records/parts.ts'],
    ['a workflow a module of Node', 'workflows/disposal/workflow.ts', 'node:crypto'],
    ['a workflow the activity API', 'workflows/disposal/workflow.ts', '@temporalio/activity'],
    ['the recorder core Temporal', 'recorder-core/capture/call.ts', '@temporalio/client'],
    ['the recorder core Express', 'recorder-core/records/parts.ts', 'express'],
    ['the API a Temporal client', 'hub/api/app.ts', '@temporalio/client'],
    ['main the command line', 'hub/api/app.ts', '../cli/holdfast.ts'],
    ['the console the server', 'admin-ui/src/main.tsx', '../../hub/api/app.ts'],
    ['a unit test a floor above', 'recorder-core/vault/envelope.test.ts', '../records/keys.ts'],
    ['a shipped file a test library', 'hub/api/app.ts', 'fast-check'],
    ['a shipped file what is made for tests', 'hub/main/version.ts', '../../test/support/tones.ts'],
  ])('finds that %s must not be imported', (_what, from, specifier) => {
    expect(breaches([{ from, specifier }])).toHaveLength(1);
  });

  test.each([
    ['the error class', 'recorder-core/sip/uri.ts', '../errors.ts'],
    ['a neighbour in the folder', 'hub/api/routes/holds/place-hold.ts', '../../schemas/hold.ts'],
    ['its own vendor folder', 'connectors/elasticsearch/operations/x.ts', '../config.ts'],
    ['the client library of its vendor', 'connectors/elasticsearch/client.ts', '@elastic/elasticsearch'],
    ['pure policy from a workflow', 'workflows/disposal/state.ts', '../../recorder-core/policy/consent.ts'],
    ['test/support from a unit test', 'recorder-core/sip/uri.test.ts', '../../test/support/tones.ts'],
    ['anything from an integration test', 'workflows/x.integration.test.ts', '../hub/worker/run-workers.ts'],
    ['a subpath of a package', 'workflows/ids.ts', '@temporalio/common/lib/time.js'],
  ])('lets pass %s', (_what, from, specifier) => {
    expect(breaches([{ from, specifier }])).toEqual([]);
  });

  test('tells types from values where only types may be taken', () => {
    const toContract = { from: 'workflows/ids.ts', specifier: '../activities/contract.ts' };
    const toSchema = { from: 'admin-ui/src/main.tsx', specifier: '../../hub/api/schemas/hold.ts' };
    expect(
      breaches([
        { ...toContract, typeOnly: true },
        { ...toSchema, typeOnly: true },
      ]),
    ).toEqual([]);
    expect(breaches([toContract, toSchema])).toHaveLength(2);
  });

  test('honours an exception, and reports one that nothing needs', () => {
    const exception = { from: 'hub/worker/x.ts', to: 'hub/main/y.ts', reason: 'a reason' };
    expect(breaches([{ from: 'hub/worker/x.ts', specifier: '../main/y.ts' }], [exception])).toEqual([]);
    expect(breaches([], [exception])).toEqual([
      'hub/worker/x.ts -> hub/main/y.ts: this exception is not needed any more; remove it.',
    ]);
  });
});

describe('findHomeless', () => {
  test('names files whose folder has no floor', () => {
    const found = findHomeless(['recorder-core/errors.ts', 'recorder-core/new/x.ts', 'shared/y.ts'], FLOORS);
    expect(found.map((line) => line.split(':')[0])).toEqual(['recorder-core/new/x.ts', 'shared/y.ts']);
  });
});
