import { Command, Option } from 'commander';
import {
  MAIL_LANGUAGES,
  MAIL_STATES,
  type MailLanguage,
  type MailState,
} from '../../../recorder-core/policy/mail-plan.ts';
import { listMail, readMailSetting } from '../../../recorder-core/records/mail.ts';
import { mailSignInLink, retryMail, sendTestMail, setAddress, setMail } from '../../mail/manage-mail.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { print } from '../print.ts';
import { ReadingCommand } from '../reading-command.ts';
import { textsOf } from '../texts-of.ts';

/** Mail to people: from whom, and what came of each. */
export const mailCommand = new Command('mail').description(
  'Mail to people: from whom it comes, and what came of each.',
);

mailCommand.addCommand(
  acting(new ReadingCommand('list', ({ state }) => ({ path: '/mail', query: textsOf({ state }) })))
    .description('Shows from whom mail comes, and the newest mails with the words of the mail server.')
    .addOption(new Option('--state <state>', 'Only those in this state.').choices(MAIL_STATES))
    .action((options: Options) =>
      actForPerson(options, 'person.read', async (tx) => {
        const setting = await readMailSetting(tx);
        print(
          setting === undefined
            ? 'Mail was never switched on.'
            : `${setting.allowed ? 'On' : 'Off'}: ${setting.senderName} <${setting.sender}>, ${setting.language}`,
        );
        const state = options['state'] as MailState | undefined;
        for (const { id, kind, to, state: is, attempts, code, answer } of await listMail(
          tx,
          state === undefined ? {} : { state },
        )) {
          const said = answer === null ? '' : `  ${code === null ? '' : `${code} `}${answer}`;
          print(
            `${id}  ${is.padEnd(7)} ${kind.padEnd(16)} ${String(attempts).padStart(2)}  ${to ?? '-'}${said}`,
          );
        }
      }),
    ),
);

mailCommand.addCommand(
  acting(new Command('set'))
    .description('Switches mail on and says from whom it comes, or switches it off.')
    .requiredOption('--sender <address>', 'Address of the sender.')
    .requiredOption('--name <name>', 'Name of the sender.')
    .requiredOption('--reason <why>', 'Why; entered in the ledger.')
    .addOption(
      new Option('--language <code>', 'Language of the mails.').choices(MAIL_LANGUAGES).default('en'),
    )
    .option('--off', 'Switches mail off.')
    .action((options: Options) =>
      actForPerson(options, 'user.manage', async (tx, asking, { smtpHost, mailDomains }) => {
        const offer = smtpHost === undefined ? undefined : { domains: mailDomains };
        await setMail(tx, asking, offer, {
          allowed: options['off'] !== true,
          sender: String(options['sender']),
          senderName: String(options['name']),
          language: options['language'] as MailLanguage,
          reason: String(options['reason']),
        });
        print(
          options['off'] === true
            ? 'Mail is off.'
            : 'Mail is on. `holdfast mail test` shows whether it arrives.',
        );
      }),
    ),
);

mailCommand.addCommand(
  acting(new Command('test'))
    .description('Sends a mail without meaning to whoever asks.')
    .action((options: Options) =>
      actForPerson(options, 'user.manage', async (tx, asking) => {
        await sendTestMail(tx, asking);
        print('Queued. `holdfast mail list` shows what came of it.');
      }),
    ),
);

mailCommand.addCommand(
  acting(new Command('retry'))
    .description('Puts a mail that failed into the queue again.')
    .argument('<id>', 'Id of the mail.', parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'user.manage', async (tx, asking) => {
        await retryMail(tx, asking, id);
        print('Queued again.');
      }),
    ),
);

mailCommand.addCommand(
  acting(new Command('address'))
    .description('Gives a person the address that mail goes to; without one, takes it away.')
    .argument('<person>', 'Id of the person.', parseId)
    .argument('[address]', 'The address.')
    .action((person: string, address: string | undefined, options: Options) =>
      actForPerson(options, 'user.manage', async (tx, asking) => {
        await setAddress(tx, asking, person, address ?? null);
        print(address === undefined ? 'No mail goes to this person.' : 'Mail goes there.');
      }),
    ),
);

mailCommand.addCommand(
  acting(new Command('sign-in-link'))
    .description('Mails a new person a link that signs them in for the first time, within a day.')
    .argument('<person>', 'Id of the person.', parseId)
    .action((person: string, options: Options) =>
      actForPerson(options, 'user.manage', async (tx, asking) => {
        await mailSignInLink(tx, asking, person);
        print('Queued. The link is shown to nobody but its receiver.');
      }),
    ),
);
