import { dryRun } from '../../connections/dry-run.ts';
import { previewMapping } from '../../connections/preview-mapping.ts';
import { linksUnder } from '../../connections/records-to-try.ts';
import { exportSettings } from '../../main/export-settings.ts';
import type { Options } from '../act-for-person.ts';
import { askRemotely, mapForPerson } from '../act-on-connections.ts';
import { collectIds, parseCount, parseId } from '../parse-argument.ts';
import { sayError } from '../say-error.ts';
import { onOneConnection } from './on-one-connection.ts';

/** Tries an operation out on the other side. */
export const dryRunCommand = onOneConnection(
  'dry-run',
  'Tells what an operation would do, and writes nothing.',
)
  .option('--operation <operation>', 'Id, as the connector names it.', 'upsert-recording')
  .option('--id <id>', 'A recording, or an incident for tickets; may be repeated.', collectIds)
  .option('--newest <count>', 'So many of the newest.', parseCount, 5)
  .action((id: string, options: Options) =>
    askRemotely(options, async (deps, asking, config) => {
      const links = linksUnder(exportSettings(config).publicUrl);
      const wish = {
        operation: String(options['operation']),
        newest: Math.min(50, Number(options['newest'])),
        ids: options['id'] as string[] | undefined,
      };
      for (const { recordId, action, call, error, fields } of await dryRun(
        { ...deps, links },
        asking,
        id,
        wish,
      )) {
        process.stdout.write(
          `${recordId}  ${action}  ${call === null ? '' : `${call.method} ${call.target}`}\n`,
        );
        if (error !== null) process.stdout.write(`  ! ${sayError(error)}\n`);
        for (const { name, value, hidden, differs, there } of fields) {
          const was = differs === true && !hidden ? `  (there: ${JSON.stringify(there)})` : '';
          process.stdout.write(`  ${name} = ${hidden ? '(hidden)' : JSON.stringify(value)}${was}\n`);
        }
      }
    }),
  );

/** Shows a mapping at work, without the other side. */
export const previewCommand = onOneConnection(
  'preview',
  'Shows what each row of a mapping makes of an invented record.',
)
  .option('--operation <operation>', 'Id, as the connector names it.', 'upsert-recording')
  .option('--id <id>', 'Of a recording, or of an incident for tickets, instead.', parseId)
  .action((id: string, options: Options) =>
    mapForPerson(options, async (deps, asking) => {
      const wish = {
        operation: String(options['operation']),
        id: options['id'] as string | undefined,
      };
      const { rows } = await previewMapping(deps, asking, id, wish);
      for (const row of rows) {
        const made = row.hidden ? '(hidden)' : JSON.stringify(row.value);
        process.stdout.write(`${row.target} = ${row.error === null ? made : `! ${row.error}`}\n`);
      }
    }),
  );
