import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
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

const NO_YAML = {
  'an open quote': 'token: "canary-secret',
  'a name that nothing has': 'token: *canary-secret',
  'a name that nothing has, beside others': '<<: *canary-secret',
  'a name that is used too often': `a: &a canary\n${'abcdefgh'
    .split('')
    .map((name, index, names) =>
      index === 0 ? '' : `${name}: &${name} [${`*${names[index - 1]},`.repeat(9)}]\n`,
    )
    .join('')}`,
  'a tag that there is not': 'token: !canary-secret abc',
};

test.each(Object.entries(NO_YAML))(
  '%s is refused without a word of what stands there',
  async (_what, line) => {
    const refused = await read(`type: bearer\n${line}\n`).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(/^The credential in [^ ,]+(, line \d, column \d+)? is not valid YAML/),
    });
    expect(JSON.stringify(refused, Object.getOwnPropertyNames(refused))).not.toContain('canary');
  },
);

test('a key that is no text is not told to standard error', async () => {
  const warned = jest.spyOn(process, 'emitWarning');
  expect(await read('? {token: canary-secret}\n: 1\n')).toEqual({ '{ token: canary-secret }': 1 });
  expect(warned).not.toHaveBeenCalled();
});
