import { CoverPages } from './cover-pages.ts';
import type { ReportDocument, ReportedSection } from '../records/report-document.ts';

const STATES: Readonly<Record<ReportedSection['state'], string>> = {
  passed: 'passed',
  findings: 'findings',
  'not-checked': 'could not be checked whole',
};
/** More findings than anyone reads on paper are in the JSON alone. */
const MOST_FINDINGS = 50;

/** The report for people who will never run a program; it has the digest of the JSON, by which the two belong together. */
export async function reportPdf(report: ReportDocument, jsonSha256: string): Promise<Buffer> {
  const pages = new CoverPages({
    title: `Compliance report ${report.period.name}`,
    at: new Date(report.madeAt),
    mark: report.id,
    copyFor: `Compliance report ${report.period.name}`,
  });
  pages.title('Compliance report');
  writeFacts(pages, report, jsonSha256);
  pages.heading('Sections');
  for (const { title, state, openFindings } of report.sections)
    pages.fact(title, openFindings === 0 ? STATES[state] : `${STATES[state]}: ${openFindings} open`);
  for (const section of report.sections) writeSection(pages, section);
  writeEarlier(pages, report);
  pages.heading('How to verify this report');
  pages.paragraph(
    'The JSON file carries the signature of the log over its own digest and that of this PDF. Check both with: holdfast report verify report.json --trust trust.json --pdf report.pdf. Get the trust file by another way than the report.',
  );
  return pages.finish();
}

function writeFacts(pages: CoverPages, report: ReportDocument, jsonSha256: string): void {
  const { period, summary } = report;
  pages.fact('Report', report.id);
  pages.fact('Period', `${period.name}: ${day(period.from)} to before ${day(period.to)} (UTC)`);
  pages.fact(
    'Made',
    `${report.madeAt.slice(0, 10)} ${report.madeAt.slice(11, 19)} UTC by ${report.software}`,
  );
  pages.fact('Log', report.log);
  pages.fact(
    'Result',
    `${summary.passed} sections passed, ${summary.findings} with findings, ${summary.notChecked} could not be checked whole; ${summary.openFindings} findings are open, ${summary.critical} of them critical`,
  );
  pages.block('SHA-256 of the JSON', [], [jsonSha256]);
}

function writeSection(pages: CoverPages, section: ReportedSection): void {
  pages.heading(`${section.title}: ${STATES[section.state]}`);
  for (const text of section.notChecked) pages.paragraph(`Not checked: ${text}`);
  for (const text of section.statements) pages.paragraph(text);
  for (const [name, count] of Object.entries(section.counts)) pages.fact(name, String(count));
  for (const one of section.findings.slice(0, MOST_FINDINGS))
    pages.block(
      `${one.severity}: ${one.kind.replaceAll('-', ' ')}`,
      [
        one.statement,
        `About ${one.subject.type} ${one.subject.id}`,
        `Due ${day(one.dueAt)}, found ${day(one.foundAt)}`,
      ],
      [],
    );
  const more = section.openFindings - Math.min(section.findings.length, MOST_FINDINGS);
  if (more > 0) pages.paragraph(`${more} more findings of this section are in the JSON or in the console.`);
}

function writeEarlier(pages: CoverPages, { earlier }: ReportDocument): void {
  pages.heading('What became of the findings of the report before');
  if (earlier.length === 0) pages.paragraph('There is no report before, or it had no findings.');
  const count = (state: string): number => earlier.filter((one) => one.state === state).length;
  if (earlier.length > 0)
    pages.paragraph(
      `${earlier.length} findings stood then: ${count('healed')} were found in order since, ${count('settled')} were settled by a person, ${count('open')} are still open.`,
    );
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
