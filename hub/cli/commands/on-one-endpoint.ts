import { Command } from 'commander';
import { acting } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';

/** A command about one endpoint of webhooks. */
export function onOneEndpoint(verb: string, about: string): Command {
  return acting(new Command(verb))
    .description(about)
    .argument('<endpoint>', 'Id, as `holdfast webhook list` shows it.', parseId);
}
