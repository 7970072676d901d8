import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readLocalConfig } from './read-command-config.ts';

test('a data folder on which nothing has run is named, with what to give instead', async () => {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'mistyped');
  await expect(readLocalConfig({ data })).rejects.toThrow(
    `No product has run on the data folder ${data}, and no database is named.`,
  );
  await folder.remove();
});
