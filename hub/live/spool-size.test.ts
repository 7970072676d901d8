import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { measureSpool } from './spool-size.ts';

test('the size of a spool is that of the files of its recordings; a spool that is not there has none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-spool-'));
  try {
    await mkdir(join(folder, 'a', 'deeper'), { recursive: true });
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'a', 'one'), Buffer.alloc(1000));
    await writeFile(join(folder, 'a', 'two'), Buffer.alloc(24));
    await writeFile(join(folder, 'b', 'three'), Buffer.alloc(1));
    expect(await measureSpool(folder)).toBe(1025);
    expect(await measureSpool(join(folder, 'none'))).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
