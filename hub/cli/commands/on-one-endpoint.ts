import type { Command } from 'commander';
import { acting } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { commandOf, type AskApi, type Paging } from '../reading-command.ts';

/** A command about one endpoint of webhooks; one that reads says what of the API answers the same. */
export function onOneEndpoint(verb: string, about: string, ask?: AskApi, how?: Paging): Command {
  return acting(commandOf(verb, ask, how))
    .description(about)
    .argument('<endpoint>', 'Id, as `holdfast webhook list` shows it.', parseId);
}
