import type { Config } from 'jest';
import { join } from 'node:path';
import root from '../../jest.config.ts';

const ROOT = join(import.meta.dirname, '../..');
const integration = root.projects?.find(
  (project) => typeof project === 'object' && project.displayName === 'integration',
);
if (typeof integration !== 'object') throw new Error('jest.config.ts has no project named integration.');

process.env['HOLDFAST_TEST_MODEL_STEPS'] ??= '1000000';
process.env['HOLDFAST_KEY_LIVES'] ??= '150';

/** The models of the lifecycle for longer than `npm test` has: in memory, and with real rows and keys. */
const config: Config = {
  watchman: false,
  reporters: root.reporters ?? [],
  maxWorkers: 2,
  projects: [
    {
      ...integration,
      displayName: 'model',
      rootDir: ROOT,
      testMatch: [
        '<rootDir>/test/model/**/*.test.ts',
        '<rootDir>/activities/keys/key-life.integration.test.ts',
      ],
    },
  ],
};

export default config;
