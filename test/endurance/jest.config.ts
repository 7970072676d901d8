import type { Config } from 'jest';
import { join } from 'node:path';
import root from '../../jest.config.ts';

const ROOT = join(import.meta.dirname, '../..');
const acceptance = root.projects?.find(
  (project) => typeof project === 'object' && project.displayName === 'acceptance',
);
if (typeof acceptance !== 'object') throw new Error('jest.config.ts has no project named acceptance.');

/** Tests that take minutes: whole processes under load for long. Not part of `npm test`. */
const config: Config = {
  watchman: false,
  maxWorkers: 1,
  testTimeout: root.testTimeout ?? 30_000,
  projects: [
    {
      ...acceptance,
      displayName: 'endurance',
      rootDir: ROOT,
      testMatch: ['<rootDir>/test/endurance/**/*.test.ts'],
    },
  ],
};

export default config;
