import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { parseCanonical } from '../../../recorder-core/ledger/canonical-json.ts';
import { formatReportFile, verifyReportFile } from '../../../recorder-core/ledger/report-note.ts';
import { parseTrustFile } from '../../../recorder-core/ledger/trust-file.ts';
import { quarterBefore } from '../../../recorder-core/policy/report-periods.ts';
import { askReport } from '../../../recorder-core/records/ask-report.ts';
import {
  listReports,
  listSections,
  readReport,
  type ComplianceReport,
} from '../../../recorder-core/records/compliance-reports.ts';
import { listFindings, settleFinding } from '../../../recorder-core/records/findings.ts';
import { actedBy } from '../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { readReportFile } from '../../../recorder-core/records/report-files.ts';
import { openResources } from '../../main/open-resources.ts';
import { acting, actForPerson, askingFor, type Options } from '../act-for-person.ts';
import { parseId, parseInstant } from '../parse-argument.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { ReadingCommand } from '../reading-command.ts';

/** Compliance reports: what was checked of a time, signed. `holdfast audit` checks the installation itself. */
export const report = new Command('report').description(
  'Asks for compliance reports, shows, saves and verifies them, and lists their findings.',
);

report.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/reports' })).description('Lists reports.')).action(
    (options: Options) =>
      actForPerson(options, 'report.read', async (tx) => {
        const found = await listReports(tx);
        process.stdout.write(
          found.length === 0 ? 'No reports yet; each quarter has its own.\n' : found.map(describe).join(''),
        );
      }),
  ),
);

report.addCommand(
  acting(new Command('make'))
    .description('Asks for a report: of the last quarter, or of any time that is over.')
    .option('--from <instant>', 'First instant, RFC 3339.', parseInstant)
    .option('--to <instant>', 'First instant after it.', parseInstant)
    .action((options: Options) =>
      actForPerson(options, 'report.make', async (tx, { person, tenantId, now, newId }) => {
        const id = newId(now);
        const quarter = quarterBefore(now.getTime());
        const from = instantOf(options['from'], quarter.from);
        const to = instantOf(options['to'], quarter.to);
        const period = { name: `asked-${id}`, from, to };
        const messageId = newId(now);
        await askReport(tx, { tenantId, id, messageId, period, cause: 'asked', person, now, trace: {} });
        process.stdout.write(`${id}\nIt is being made; holdfast report show ${id}\n`);
      }),
    ),
);

report.addCommand(
  onOne('show', 'Shows how a report stands, section by section.').action((id: string, options: Options) =>
    actForPerson(options, 'report.read', async (tx) => {
      const found = requireFound(await readReport(tx, id));
      process.stdout.write(describe(found));
      for (const { name, state, counts, notChecked } of await listSections(tx, id)) {
        process.stdout.write(
          `  ${state === 'passed' ? '✓' : state === 'running' ? '…' : '✗'} ${name.padEnd(14)} ${state}, ${counts['checked'] ?? 0} checked\n`,
        );
        for (const text of notChecked) process.stdout.write(`      not checked: ${text}\n`);
      }
    }),
  ),
);

report.addCommand(
  acting(
    new ReadingCommand('findings', () => ({ path: '/findings', query: { state: 'open' } })).description(
      'Lists open findings, the next due first.',
    ),
  ).action((options: Options) =>
    actForPerson(options, 'report.read', async (tx) => {
      const found = await listFindings(tx, { state: 'open' });
      const line = (one: (typeof found)[number]): string =>
        `${one.id}  ${one.severity.padEnd(8)} due ${one.dueAt.slice(0, 10)}  ${one.subjectType} ${one.subjectId}\n    ${one.statement}\n`;
      process.stdout.write(found.length === 0 ? 'No finding is open.\n' : found.map(line).join(''));
    }),
  ),
);

report.addCommand(
  acting(new Command('settle'))
    .description('Ends a finding with a reason.')
    .argument('<finding>', 'Id, as `report findings` shows it.', parseId)
    .requiredOption('--reason <sentence>', 'Why it is no longer one.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'report.make', async (tx, { person, tenantId, now, newId }) => {
        const context = { tenantId, now, newId };
        if (!(await settleFinding(tx, context, id, person, String(options['reason']))))
          throw new HoldfastError('conflict', 'There is no open finding of this id.');
        process.stdout.write('✓ settled\n');
      }),
    ),
);

report.addCommand(
  onOne('save', 'Saves a sealed report: the JSON with its signature, or the PDF.')
    .requiredOption('--out <file>', 'Where to; a name that ends in .pdf gets the PDF.')
    .action(async (id: string, options: Options) => {
      const config = await readLocalConfig(options);
      const resources = await openResources('report', { ...config, logLevel: 'error' });
      const { tenantId } = config;
      const out = String(options['out']);
      try {
        const kind = out.toLowerCase().endsWith('.pdf') ? 'pdf' : 'json';
        const found = await resources.db.forTenant(tenantId, async (tx) => {
          const { person, now } = await askingFor(resources.db, tx, tenantId, options, 'report.read');
          const object = { type: 'report', id };
          const facts = { kind, local: true };
          await appendLeaf(
            tx,
            tenantId,
            { at: now, act: 'report.read', object, outcome: 'allowed', facts },
            actedBy(person),
          );
          return requireFound(await readReport(tx, id));
        });
        const bytes = await readReportFile(resources, tenantId, found, kind);
        await writeFile(
          out,
          kind === 'pdf' ? bytes : formatReportFile(parseCanonical(bytes), found.files?.note ?? ''),
        );
        process.stdout.write(`✓ saved to ${out}\n`);
      } finally {
        await resources.close();
      }
    }),
);

report.addCommand(
  new Command('verify')
    .description('Verifies a report file, without database or network.')
    .argument('<file>', 'The JSON file.')
    .requiredOption('--trust <file>', 'Trust file, which came by another way than the report.')
    .option('--pdf <file>', 'The PDF that was sealed with it.')
    .action(async (file: string, options: Options) => {
      const trust = parseTrustFile(await readFile(String(options['trust']), 'utf8'));
      const pdf = typeof options['pdf'] === 'string' ? await readFile(options['pdf']) : undefined;
      const { report: content, seal } = verifyReportFile(await readFile(file), trust, pdf);
      const { passed, findings, notChecked, openFindings } = Object(content['summary']) as Record<
        string,
        number
      >;
      process.stdout.write(
        `✓ signed by the log ${seal.origin} for ${seal.madeAt}, and unchanged${pdf === undefined ? '' : '; the PDF belongs to it'}\n` +
          `  ${passed} sections passed, ${findings} with findings (${openFindings} open), ${notChecked} could not be checked whole\n`,
      );
    }),
);

function onOne(verb: string, about: string): Command {
  return acting(new Command(verb))
    .description(about)
    .argument('<report>', 'Id, as `report list` shows it.', parseId);
}

function instantOf(value: unknown, otherwise: string): string {
  return value instanceof Date ? value.toISOString() : otherwise;
}

function requireFound(found: ComplianceReport | undefined): ComplianceReport {
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no report with this id.');
}

function describe({ id, period, state, tally, reason }: ComplianceReport): string {
  const result =
    state === 'sealed'
      ? `${tally['openFindings'] ?? 0} findings open, ${tally['notChecked'] ?? 0} sections not checked whole`
      : (reason ?? '');
  return `${id}  ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}  ${state.padEnd(7)} ${result}\n`;
}
