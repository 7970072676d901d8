import assert from 'node:assert/strict';
import { breakingChanges } from '../breaking-changes.ts';
import { compareVersions } from '../migrate-config.ts';
import type { AcceptanceCase } from './acceptance-case.ts';
import type { Bench } from './bench.ts';

/** What becomes of connections that exist when a new version of the connector arrives. */
export function configCases(bench: Bench): AcceptanceCase[] {
  return [
    ...(bench.released === undefined ? [] : [compatible]),
    ...(bench.connector.manifest.migratesFrom.length === 0 ? [] : [migrates]),
  ];
}

const compatible: AcceptanceCase = {
  id: 'manifest-compatible',
  title:
    'nothing that connections rest on was taken away since the last release, unless the major version says so',
  async run({ connector: { manifest }, released }) {
    assert.ok(released);
    assert.ok(compareVersions(manifest.version, released.version) >= 0, 'the version went back');
    assert.deepEqual(breakingChanges(released, manifest), []);
  },
};

const migrates: AcceptanceCase = {
  id: 'config-migrates',
  title:
    'the configuration of every older version becomes one of this version, and one of this version stays as it is',
  async run({ connector, olderConfigs = [] }) {
    const { migratesFrom, version } = connector.manifest;
    assert.deepEqual(
      migratesFrom.filter((from) => olderConfigs.every((older) => older.version !== from)),
      [],
      'the bench has no configuration of these versions',
    );
    for (const older of olderConfigs) {
      const today = connector.migrateConfig(older.config, older.version);
      const parsed = connector.parseConfig(today) as Record<string, unknown>;
      assert.deepEqual(connector.parseConfig(connector.migrateConfig(parsed, version)), parsed);
    }
  },
};
