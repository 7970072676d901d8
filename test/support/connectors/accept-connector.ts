import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { acceptanceSuite } from '../../../connectors/kit/acceptance/acceptance-suite.ts';
import type { AcceptanceReport } from '../../../connectors/kit/acceptance/acceptance-report.ts';
import type { Bench } from '../../../connectors/kit/acceptance/bench.ts';

/**
 * Adds a test for every case of the acceptance suite, and one that holds the kept report against what this run found.
 * With HOLDFAST_WRITE_ACCEPTANCE=1, and where there is none outside continuous integration, the report is written
 * instead. Call it once inside `describe`.
 */
export function acceptConnector(bench: Bench, bypasses: Readonly<Record<string, string>> = {}): void {
  const { id: connector, version } = bench.connector.manifest;
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
    const path = join(import.meta.dirname, '../../../connectors', connector, 'acceptance.json');
    const isNew = !existsSync(path) && process.env['CI'] !== 'true';
    if (isNew || process.env['HOLDFAST_WRITE_ACCEPTANCE'] === '1')
      writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(report);
  });
}
