import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { test } from '@jest/globals';
import { acceptanceSuite } from '../../../connectors/kit/acceptance/acceptance-suite.ts';
import type { AcceptanceReport } from '../../../connectors/kit/acceptance/acceptance-report.ts';
import type { Bench } from '../../../connectors/kit/acceptance/bench.ts';
import type { ConnectorManifest } from '../../../connectors/kit/manifest.ts';

/**
 * Adds a test for every case of the acceptance suite, and one that holds the kept report against what this run found.
 * With HOLDFAST_WRITE_ACCEPTANCE=1, and where there is none outside continuous integration, the report is written
 * instead. Call it once inside `describe`.
 */
export function acceptConnector(given: Bench, bypasses: Readonly<Record<string, string>> = {}): void {
  const { id: connector, version } = given.connector.manifest;
  const folder = join(import.meta.dirname, '../../../connectors', connector);
  const released = releasedIn(folder);
  const bench = { ...(released === undefined ? {} : { released }), ...given };
  const suite = acceptanceSuite(bench, bypasses);
  const passed = new Set<string>();
  for (const entry of suite) {
    const add = entry.bypassed === undefined ? test : test.skip;
    add(
      entry.title,
      async () => {
        await entry.run(bench);
        passed.add(entry.id);
      },
      60_000,
    );
  }
  test('what docs/connectors.md says of this connector is what this run found', () => {
    const applied = suite.filter(({ bypassed }) => bypassed === undefined);
    if (passed.size < applied.length) return; // a case failed, which is said there, or only some were asked for
    const report: AcceptanceReport = {
      connector,
      version,
      cases: suite.map(({ id, title, bypassed }) =>
        bypassed === undefined
          ? { id, title }
          : { id, title: title.replace(` (bypassed: ${bypassed})`, ''), bypassed },
      ),
    };
    const path = join(folder, 'acceptance.json');
    const isNew = !existsSync(path) && process.env['CI'] !== 'true';
    if (isNew || process.env['HOLDFAST_WRITE_ACCEPTANCE'] === '1')
      writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
    const differing = differences(JSON.parse(readFileSync(path, 'utf8')) as AcceptanceReport, report);
    if (differing.length > 0)
      throw new Error(
        `connectors/${connector}/acceptance.json says otherwise than this run of ${differing.join(', ')}. If that is meant: ` +
          `node hub/cli/holdfast.ts connector test ${connector} --keep, then node ops/docs/write-pages.ts.`,
      );
  });
}

/** The manifest of the last release, as `holdfast connector release` keeps it. */
function releasedIn(folder: string): ConnectorManifest | undefined {
  const path = join(folder, 'released.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ConnectorManifest) : undefined;
}

/** Of what two reports say different things: the version, and cases by their ids. */
function differences(kept: AcceptanceReport, found: AcceptanceReport): string[] {
  const ids = [...new Set([...kept.cases, ...found.cases].map(({ id }) => id))];
  const [before, after] = [kept, found].map(({ cases }) => new Map(cases.map((one) => [one.id, one])));
  return [
    ...(kept.version === found.version ? [] : ['the version']),
    ...ids.filter((id) => !isDeepStrictEqual(before?.get(id), after?.get(id))),
    ...(kept.connector === found.connector ? [] : ['the connector']),
  ];
}
