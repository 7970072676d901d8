import { Command } from 'commander';
import { STATED_PURPOSES } from '../../../recorder-core/policy/restriction.ts';
import { listExports, type Export } from '../../../recorder-core/records/exports.ts';
import { makeLink } from '../../exports/make-link.ts';
import { requestExport } from '../../exports/request-export.ts';
import { revokeExport } from '../../exports/revoke-export.ts';
import { exportSettings } from '../../main/export-settings.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { collectIds, parseDays, parseId } from '../parse-argument.ts';
import { readKeyArgument, saveWhenReady } from '../save-export.ts';
import { exportConfigurationCommand } from './export-configuration.ts';
import { ReadingCommand } from '../reading-command.ts';

/** Exports of recordings as sealed bundles; everything is in the ledger as from the console. */
export const exportCommand = new Command('export').description(
  'Asks for exports, hands them over and takes them back; `holdfast approval` decides about them.',
);

exportCommand.addCommand(
  acting(new Command('request'))
    .description('Asks for an export of recordings as a sealed bundle that only the recipient can open.')
    .argument('<recordings...>', 'Ids of recordings.', collectIds)
    .requiredOption('--to <key>', 'age recipient (age1…), or file with a certificate in PEM.')
    .requiredOption('--name <name>', 'Name of the recipient; it is in the watermark.')
    .requiredOption('--reason <sentence>', 'Why it is exported.')
    .option('--matter <name>', 'Case or matter.')
    .option('--use <purpose>', `What restricted recordings are needed for: ${STATED_PURPOSES.join(', ')}.`)
    .option('--days <number>', 'How long it can be fetched.', parseDays, 7)
    .option('--out <file>', 'Wait for the bundle and save it to this file.')
    .action(async (recordingIds: string[], options: Options) => {
      let made: Export | undefined;
      const recipientKey = await readKeyArgument(String(options['to']));
      await actForPerson(options, undefined, async (tx, asking, config) => {
        made = await requestExport(tx, asking, exportSettings(config), {
          choice: { recordingIds },
          purpose: String(options['reason']),
          matter: typeof options['matter'] === 'string' ? options['matter'] : null,
          recipient: String(options['name']),
          recipientKey,
          days: Number(options['days']),
          restrictedPurpose: typeof options['use'] === 'string' ? options['use'] : null,
        });
      });
      if (made === undefined) return;
      process.stdout.write(describe(made));
      if (made.state === 'requested')
        process.stdout.write(
          `Somebody else has to agree (${made.approvalRule}): holdfast approval approve ${made.approvalId ?? ''} --user <name>\n`,
        );
      else if (typeof options['out'] === 'string') await saveWhenReady(options, made.id, options['out']);
    }),
);

exportCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/exports' })))
    .description('Lists the newest exports.')
    .action((options: Options) =>
      actForPerson(options, 'export.read', async (tx) => {
        const found = await listExports(tx);
        process.stdout.write(found.length === 0 ? 'No exports yet.\n' : found.map(describe).join(''));
      }),
    ),
);

exportCommand.addCommand(
  onOne('revoke', 'Takes an export back; downloads that run are cut.')
    .requiredOption('--reason <sentence>', 'Why.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'export.revoke', async (tx, asking) => {
        await revokeExport(tx, asking, id, String(options['reason']));
        process.stdout.write('✓ revoked\n');
      }),
    ),
);

exportCommand.addCommand(
  onOne('link', 'Makes the link and the passcode for the recipient; both are shown once.').action(
    (id: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking, config) => {
        const { url, passcode, expiresAt } = await makeLink(tx, asking, exportSettings(config), id);
        process.stdout.write(
          `Link      ${url}\nPasscode  ${passcode}\nUntil     ${expiresAt}\nTell the passcode by another way than the link.\n`,
        );
      }),
  ),
);

exportCommand.addCommand(
  onOne('save', 'Saves the encrypted bundle to a file on this machine.')
    .requiredOption('--out <file>', 'Where to.')
    .action((id: string, options: Options) => saveWhenReady(options, id, String(options['out']))),
);

exportCommand.addCommand(exportConfigurationCommand);

function onOne(verb: string, about: string): Command {
  return acting(new Command(verb))
    .description(about)
    .argument('<export>', 'Id, as `holdfast export list` shows it.', parseId);
}

function describe({ id, state, recordings, bytes, recipient, expiresAt }: Export): string {
  const count = recordings === 1 ? '1 recording' : `${recordings} recordings`;
  return `${id}  ${state.padEnd(9)} ${count}, ${bytes} bytes, for ${recipient}, until ${expiresAt.slice(0, 16)}Z\n`;
}
