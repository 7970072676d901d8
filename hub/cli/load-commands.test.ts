import { expect, test } from '@jest/globals';
import { COMMANDS, loadCommands } from './load-commands.ts';

test('a command line loads the command that it names, and all of them where it names none', async () => {
  const names = async (...words: string[]) =>
    (await loadCommands(['node', 'holdfast', ...words])).map((command) => command.name());
  expect(await names('hold', 'place')).toEqual(['hold', 'matter']);
  const all = COMMANDS.flatMap((entry) => entry.names);
  expect(await names('--help')).toEqual(all);
  expect(await names('nonsense')).toEqual(all);
  expect(new Set(all).size).toBe(all.length);
});
