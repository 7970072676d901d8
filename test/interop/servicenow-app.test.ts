import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { builtApp, readBuiltApp, type BuiltApp } from '../support/peers/servicenow-app.ts';
import { buildServicenowApp, type AppBuild } from '../support/peers/servicenow-sdk.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let build: AppBuild;
let app: BuiltApp;
beforeAll(async () => {
  build = await buildServicenowApp();
  app = readBuiltApp(build.dist);
  // With HOLDFAST_WRITE_SERVICENOW_APP=1 the extract is written instead of compared.
  if (process.env['HOLDFAST_WRITE_SERVICENOW_APP'] === '1')
    writeFileSync(join(ROOT, 'test/support/peers/servicenow-app.json'), `${JSON.stringify(app, null, 2)}\n`);
}, 600_000);
afterAll(() => build.remove());

describe('the scoped application, built by the vendor’s own compiler', () => {
  test('has a unique index on the call key of every table', () => {
    expect(app.tables.map(({ name, unique }) => [name, unique])).toEqual([
      ['x_hldf_holdfast_recording', [['call_key']]],
      ['x_hldf_holdfast_tombstone', [['call_key']]],
    ]);
  });

  test('keeps no history of its rows, which would outlive what is forgotten', () => {
    expect(app.tables.map(({ audited }) => audited)).toEqual([false, false]);
  });

  test('guards every endpoint by its own role and by nothing that the platform puts in its place', () => {
    expect(app.endpoints.map(({ method, path, roles }) => [method, path, roles])).toEqual(
      [
        ['POST', 'recordings'],
        ['POST', 'recordings/find'],
        ['POST', 'recordings/withdraw'],
        ['GET', 'status'],
        ['POST', 'tickets'],
      ].map(([method, path]) => [method, `/api/x_hldf_holdfast/v1/hub/${path}`, ['x_hldf_holdfast.hub']]),
    );
    expect(app.roles).toEqual(['x_hldf_holdfast.hub', 'x_hldf_holdfast.reader']);
  });

  test('is what the double of the tests is made of', () => {
    expect(builtApp()).toEqual(app);
  });

  test('keeps the sys_ids that the repository has', () => {
    const kept = join(ROOT, 'connectors/servicenow/app/src/fluent/generated/keys.ts');
    expect(readFileSync(build.keys, 'utf8')).toBe(readFileSync(kept, 'utf8'));
  });

  test('carries the logic that the double runs, and is packed for an instance', () => {
    const update = join(build.dist, 'app', 'update');
    const modules = readdirSync(update)
      .filter((name) => name.startsWith('sys_module_'))
      .map((name) => readFileSync(join(update, name), 'utf8'));
    for (const name of ['recordings', 'tickets', 'ticket-state', 'routes', 'rest'])
      expect(modules.some((xml) => xml.includes(`src/server/${name}.ts`))).toBe(true);
    expect(readdirSync(build.target)).toEqual([expect.stringMatching(/\.zip$/)]);
  });
});
