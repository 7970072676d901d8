import { createRequire } from 'node:module';
import { z } from 'zod';

const manifest = z
  .object({ version: z.string() })
  .parse(createRequire(import.meta.url)('../../package.json'));

/** The version of this release, as package.json has it. */
export const VERSION = manifest.version;
