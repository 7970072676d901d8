import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import { listImports, type CallRecordImport } from '../../../recorder-core/records/call-record-imports.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { importCallRecords } from '../../call-records/import-call-records.ts';
import { setSource } from '../../call-records/set-source.ts';
import { callRecordSecret } from '../../main/call-record-secret.ts';
import { openResources } from '../../main/open-resources.ts';
import { acting, actForPerson, askingFor, type Options } from '../act-for-person.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { readYaml } from '../read-yaml.ts';
import { ReadingCommand } from '../reading-command.ts';

/** What the telephone system says of its calls, for the comparison with what is recorded. */
export const callRecords = new Command('call-records').description(
  'Takes in call records of telephone systems, against which it is checked that every call is recorded or explained.',
);

callRecords.addCommand(
  acting(new Command('source'))
    .description('Sets how the export of a telephone system is read.')
    .argument('<name>', 'Name of the source, such as pbx-berlin.')
    .argument('<mapping>', 'YAML file; examples/call-records has some.')
    .action(async (name: string, file: string, options: Options) => {
      const mapping = await readYaml(file, 'mapping');
      await actForPerson(options, 'report.make', async (tx, { tenantId, person, now }) => {
        await setSource(tx, { tenantId, person, now }, name, mapping);
        process.stdout.write(`✓ ${name} is read by this mapping from now on\n`);
      });
    }),
);

callRecords.addCommand(
  acting(new Command('import'))
    .description('Reads an export; the same file again changes nothing.')
    .argument('<csv>', 'The file as the telephone system writes it.')
    .requiredOption('--source <name>', 'Whose it is, as `call-records source` named it.')
    .action(async (file: string, options: Options) => {
      const config = await readLocalConfig(options);
      const resources = await openResources('call-records', { ...config, logLevel: 'error' });
      const { db } = resources;
      const { tenantId } = config;
      try {
        const { person } = await db.forTenant(tenantId, (tx) =>
          askingFor(db, tx, tenantId, options, 'report.make'),
        );
        const access = {
          db,
          callSecret: callRecordSecret(await resources.secrets()),
          newId: (at: Date) => newId(at.getTime()),
          now: () => new Date(),
        };
        const order = { tenantId, source: String(options['source']), origin: 'file' as const, person };
        const done = await importCallRecords(access, order, createReadStream(file));
        process.stdout.write(describe(done));
        for (const { line, reason } of done.refusals) process.stdout.write(`  line ${line}: ${reason}\n`);
        if (done.refused > 0) process.exitCode = 2; // taken, yet not whole: a script must see it
      } finally {
        await resources.close();
      }
    }),
);

callRecords.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/call-records/overview' })))
    .description('Lists the newest imports.')
    .action((options: Options) =>
      actForPerson(options, 'report.read', async (tx) => {
        const found = await listImports(tx);
        process.stdout.write(
          found.length === 0 ? 'No call records were imported yet.\n' : found.map(describe).join(''),
        );
      }),
    ),
);

function describe({ id, source, state, begunAt, ...counts }: CallRecordImport): string {
  const { lines, added, changed, known, skipped, refused } = counts;
  return `${id}  ${source} ${state.padEnd(8)} ${begunAt.slice(0, 16)}Z  ${lines} lines: ${added} new, ${changed} corrected, ${known} known, ${skipped} no calls, ${refused} refused\n`;
}
