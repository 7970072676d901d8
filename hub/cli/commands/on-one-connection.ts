import type { Command } from 'commander';
import { acting } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { commandOf, type AskApi } from '../reading-command.ts';

/** A command about one connection; one that reads says what of the API answers the same. */
export function onOneConnection(verb: string, about: string, ask?: AskApi): Command {
  return acting(commandOf(verb, ask))
    .description(about)
    .argument('<connection>', 'Id, as `holdfast connection list` shows it.', parseId);
}
