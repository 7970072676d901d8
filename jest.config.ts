import { join } from 'node:path';
import type { Config } from 'jest';

const shared = {
  testEnvironment: '<rootDir>/test/support/shared-modules/environment.ts',
  transform: {}, // Node strips the types
  runtime: '<rootDir>/test/support/shared-modules/runtime.ts',
  injectGlobals: false,
  modulePathIgnorePatterns: [
    '<rootDir>/data/',
    '<rootDir>/admin-ui/dist/',
    '<rootDir>/connectors/servicenow/app/(node_modules|dist|@types)/',
  ],
} satisfies Config;

const NO_TESTS = ['/node_modules/', '<rootDir>/data/', '<rootDir>/admin-ui/dist/'];

/**
 * Tiers by file name: `x.test.ts` needs no service, `x.integration.test.ts` gets
 * a real PostgreSQL and a real Temporal from the run's global set-up, and
 * test/acceptance drives whole processes.
 */
const config: Config = {
  watchman: false,
  maxWorkers: 3, // of two cores: whole processes that are waited for leave one idle
  // Modules of a test file that ran are not given back by Node; a worker that carries many spends its time collecting.
  workerIdleMemoryLimit: '700MB',
  reporters: [join(import.meta.dirname, 'test/support/shared-modules/stray-errors.ts'), 'default'],
  testSequencer: '<rootDir>/test/support/long-files-first.ts',
  testTimeout: 60_000, // a busy machine is slow; no test asserts a time
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/**/*.test.ts'],
      testPathIgnorePatterns: [
        ...NO_TESTS,
        '\\.integration\\.test\\.ts$',
        '<rootDir>/test/(acceptance|interop|endurance)/',
      ],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/**/*.integration.test.ts'],
      testPathIgnorePatterns: NO_TESTS,
      globalSetup: '<rootDir>/test/support/start-services.ts',
      globalTeardown: '<rootDir>/test/support/stop-services.ts',
    },
    {
      ...shared,
      displayName: 'acceptance',
      testMatch: ['<rootDir>/test/acceptance/**/*.test.ts'],
      testPathIgnorePatterns: NO_TESTS,
    },
  ],
};

export default config;
