import type { Config } from 'jest';
import { join } from 'node:path';
import root from '../../jest.config.ts';

const ROOT = join(import.meta.dirname, '../..');
const integration = root.projects?.find(
  (project) => typeof project === 'object' && project.displayName === 'integration',
);
if (typeof integration !== 'object') throw new Error('jest.config.ts has no project named integration.');

/** Programs of others against the recorder, on the services of the integration tier. Not part of `npm test`. */
const config: Config = {
  watchman: false,
  maxWorkers: 1,
  // Also of hooks: they start and fetch programs, on a machine that may be busy.
  testTimeout: 120_000,
  projects: [
    {
      ...integration,
      displayName: 'interop',
      rootDir: ROOT,
      testMatch: ['<rootDir>/test/interop/**/*.test.ts'],
    },
  ],
};

export default config;
