import type { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import {
  listConfiguration,
  readConfigurationContent,
} from '../../../recorder-core/records/configuration-history.ts';
import { editEndpoint, findEndpoint, type EndpointWish } from '../../webhooks/out/manage-endpoints.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { parseCount } from '../parse-argument.ts';
import { print } from '../print.ts';
import { onOneEndpoint } from './on-one-endpoint.ts';

/** Versions shown at once. */
const MOST_VERSIONS = 200;

const versions = onOneEndpoint(
  'versions',
  'Lists what it said before each change, newest first.',
  (_options, id) => ({ path: '/configuration', query: { kind: 'webhook', objectId: id, limit: 100 } }),
  { pages: true },
).action((id: string, options: Options) =>
  actForPerson(options, 'connection.read', async (tx) => {
    const asked = { kinds: ['webhook'], objectId: id, limit: MOST_VERSIONS } as const;
    const found = await listConfiguration(tx, asked);
    if (found.length === 0) await findEndpoint(tx, id); // refuses one that there never was
    for (const { version, at, by, name, state } of found)
      print(`v${version}  ${at}  ${by ?? 'Holdfast'}  ${state}  ${name}`);
  }),
);

const rollBack = onOneEndpoint('roll-back', 'Makes it say again what an older version said; its keys stay.')
  .requiredOption('--to <version>', 'The older version, as `versions` shows it.', parseCount)
  .action((id: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      await findEndpoint(tx, id);
      const content = await readConfigurationContent(tx, 'webhook', id, String(options['to']));
      if (content == null)
        throw new HoldfastError(
          'not_found',
          'There is no such version of it. `holdfast webhook versions` lists them.',
        );
      const { name, url, types, description } = content as unknown as EndpointWish;
      await editEndpoint(tx, asking, id, { name, url, types, description });
      print(`✓ it says again what version ${String(options['to'])} said`);
    }),
  );

/** What endpoints said before. */
export const webhookVersionCommands: readonly Command[] = [versions, rollBack];
