import { Command } from 'commander';
import { acting } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { ReadingCommand, type AskApi, type Paging } from '../reading-command.ts';

/** A command about one endpoint of webhooks; one that reads says what of the API answers the same. */
export function onOneEndpoint(verb: string, about: string, ask?: AskApi, how?: Paging): Command {
  return acting(ask === undefined ? new Command(verb) : new ReadingCommand(verb, ask, how))
    .description(about)
    .argument('<endpoint>', 'Id, as `holdfast webhook list` shows it.', parseId);
}
