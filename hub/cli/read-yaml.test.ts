import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readYaml } from './read-yaml.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function read(text: string): Promise<unknown> {
  const path = join(folder.path, 'credential.yaml');
  await writeFile(path, text);
  return readYaml(path, 'credential');
}

test('YAML and JSON are read', async () => {
  const wanted = { type: 'bearer', token: 'x' };
  expect(await read('type: bearer\ntoken: x\n')).toEqual(wanted);
  expect(await read(JSON.stringify(wanted))).toEqual(wanted);
});

test('what is no YAML is refused at its line and column, without a word of what stands there', async () => {
  const refused = await read('type: bearer\ntoken: "canary-secret\n').catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/^The credential in \S+, line \d, column \d+ is not valid YAML \(/),
  });
  expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('canary');
});
