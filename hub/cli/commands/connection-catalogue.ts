import { describeConnector, lineOf } from '../../connections/describe-connector.ts';
import { listManifests, manifestOf } from '../../connections/list-connectors.ts';
import { acting } from '../act-for-person.ts';
import { ReadingCommand } from '../reading-command.ts';

/** What can be connected, and what each wants to be told. */
export const catalogueCommand = acting(
  new ReadingCommand('catalogue', (_options, connector) =>
    connector === undefined
      ? { path: '/connectors' }
      : { path: '/connectors/:connector', params: { connector } },
  ),
)
  .description(
    'Lists what can be connected; of one, its settings, credentials, hosts, checks and operations.',
  )
  .argument('[connector]', 'Id, as the list shows it.')
  .action((connector?: string) => {
    const lines =
      connector === undefined ? listManifests().map(lineOf) : describeConnector(manifestOf(connector));
    process.stdout.write(`${lines.join('\n')}\n`);
  });
