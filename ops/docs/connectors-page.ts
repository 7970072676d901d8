import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AcceptanceReport } from '../../connectors/kit/acceptance/acceptance-report.ts';
import type { Connector } from '../../connectors/kit/connector.ts';
import type { ConnectorManifest } from '../../connectors/kit/manifest.ts';
import { connectors } from '../../connectors/registry.ts';

const FOLDER = join(import.meta.dirname, '../../connectors');

const INTRODUCTION = `# Connectors

<!-- Written by ops/docs/write-pages.ts from the manifests and from what the acceptance suite found. -->

For whoever connects another system. What each connector writes, which permissions it needs and what it cannot do
stands in the README of its folder; how one more system is added, in [write-a-connector.md](write-a-connector.md).
`;

/** docs/connectors.md as it must be. */
export function connectorsPage(): string {
  return [INTRODUCTION, catalogue(connectors), acceptance(connectors.map(reportOf))].join('\n');
}

function catalogue(all: readonly Connector[]): string {
  const sections = all.map(({ manifest }) => {
    const { id, version, title, description, auth, operations, streams } = manifest;
    return [
      `### ${title}`,
      '',
      `${description} (\`${id}\` ${version})`,
      '',
      `- **Credential:** ${auth.map((method) => method.title).join(', ')}`,
      `- **Checks:** ${manifest.checks.map((check) => `\`${check.id}\``).join(', ')}`,
      ...operationLines(operations),
      ...Object.entries(streams).map(
        ([name, stream]) => `- **\`${name}\`** (stream, every ${stream.everySec} s): ${stream.description}`,
      ),
      '',
    ].join('\n');
  });
  return `## What there is\n\n${sections.join('\n')}`;
}

const IDEMPOTENCY: Readonly<Record<string, string>> = {
  client_doc_id: 'our own id',
  external_id: 'a unique external id',
  merge_key: 'a merge by key',
  header: 'an idempotency key in a header',
  search_first: 'a search before the write',
};

function operationLines(operations: ConnectorManifest['operations']): string[] {
  return Object.entries(operations).map(
    ([name, { description, batch, idempotency, mapping }]) =>
      `- **\`${name}\`**: ${description} Up to ${batch.maxRecords} ${batch.maxRecords === 1 ? 'record' : 'records'} a call; twice is once by ${IDEMPOTENCY[idempotency.via] ?? idempotency.via}${mapping === undefined ? '' : '; fields can be mapped'}.`,
  );
}

function acceptance(reports: readonly AcceptanceReport[]): string {
  const ids = [...new Set(reports.flatMap(({ cases }) => cases.map(({ id }) => id)))];
  const shared = ids.filter(
    (id) => reports.filter(({ cases }) => cases.some((one) => one.id === id)).length > 1,
  );
  const titleOf = (id: string): string =>
    reports.flatMap(({ cases }) => cases).find((one) => one.id === id)?.title ?? id;
  const reasons: string[] = [];
  const mark = ({ cases }: AcceptanceReport, id: string): string => {
    const found = cases.find((one) => one.id === id);
    if (found === undefined) return '';
    if (found.bypassed === undefined) return '✓';
    if (!reasons.includes(found.bypassed)) reasons.push(found.bypassed);
    return `[${reasons.indexOf(found.bypassed) + 1}]`;
  };
  const rows = shared.map(
    (id) => `| ${titleOf(id)} | ${reports.map((report) => mark(report, id)).join(' | ')} |`,
  );
  const own = reports.map(({ cases }) => String(cases.filter(({ id }) => !shared.includes(id)).length));
  return [
    '## What the acceptance suite found',
    '',
    'Every connector runs the same suite, against the real system where it can be had, else against a faithful double',
    "driven by the vendor's own client. ✓: passed. A number: the case has nothing to apply to, for the reason below.",
    'Empty: the case asks about something that the connector does not have.',
    '',
    `| | ${reports.map(({ connector }) => `\`${connector}\``).join(' | ')} |`,
    `|---|${reports.map(() => '---|').join('')}`,
    ...rows,
    `| cases of its own checks, credentials and streams, all passed | ${own.join(' | ')} |`,
    '',
    ...reasons.map((reason, index) => `${index + 1}. ${reason}`),
    '',
  ].join('\n');
}

function reportOf({ manifest }: Connector): AcceptanceReport {
  const path = join(FOLDER, manifest.id, 'acceptance.json');
  return JSON.parse(readFileSync(path, 'utf8')) as AcceptanceReport;
}
