import { Command } from 'commander';
import { acting } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';

/** A command about one connection. */
export function onOneConnection(verb: string, about: string): Command {
  return acting(new Command(verb))
    .description(about)
    .argument('<connection>', 'Id, as `holdfast connection list` shows it.', parseId);
}
