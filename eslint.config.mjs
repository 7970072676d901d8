import tseslint from 'typescript-eslint';

/**
 * What neither the type check finds (names that nobody uses) nor the import-graph test (imports that go up, circles, readers
 * of the environment): each rule is held in one place, because every one of them takes its time in every run.
 */
export default tseslint.config(
  {
    ignores: [
      'node_modules/',
      'data/',
      'admin-ui/dist/',
      'coverage/',
      'connectors/servicenow/app/{node_modules,dist,@types}/',
      'connectors/servicenow/app/src/fluent/generated/', // the vendor's compiler writes it
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strict],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': 'off', // noUnusedLocals and noUnusedParameters
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }], // `== null` asks for null and undefined at once
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.tsx'],
    rules: {
      'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }], // markup is long, not deep
    },
  },
  {
    files: ['connectors/servicenow/app/src/**/*.ts'], // not all of it is among the files of the type check
    rules: { '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
  },
);
