import { existsSync, readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import { ENVIRONMENT_READERS, EXCEPTIONS, FLOORS, FOUNDATION } from './test/architecture/floors.ts';

const TESTS = ['**/*.test.{ts,tsx}', '**/*.conformance.ts', '**/test-support/**', '**/testing/**'];

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
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.mjs', '.js'] })],
      'import-x/extensions': ['.ts', '.tsx'],
    },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
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
  ...FLOORS.filter(({ folder }) => folder !== 'test' && folder !== '.').flatMap(rulesOfFloor),
  {
    files: ['**/*.ts'],
    ignores: [...TESTS, ...ENVIRONMENT_READERS.flatMap(({ path }) => [path, `${path}/**`])],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'hub/config reads the environment; take the setting as an argument.',
        },
      ],
    },
  },
);

/**
 * The floors as rules in the editor: one block a floor, and one for each of its files that has an exception.
 * The import-graph test checks the same data and more: types, circles, files without a floor. Circles are looked for
 * there alone: ESLint would read every module again for it, which takes most of its time.
 */
function rulesOfFloor(floor) {
  return foldersOf(floor).flatMap((folder) => {
    const files = [`${folder}/${floor.direct ? '*.ts' : '**/*.ts'}`];
    const excepted = EXCEPTIONS.filter(({ from }) => from.startsWith(`${folder}/`));
    return [
      { files, ignores: TESTS, rules: { ...pathRule(floor, folder, []), ...packageRule(floor) } },
      ...[...new Set(excepted.map(({ from }) => from))].map((from) => ({
        files: [from],
        rules: pathRule(
          floor,
          folder,
          excepted.filter((exception) => exception.from === from).map(({ to }) => to),
        ),
      })),
    ];
  });
}

/** A `*` stands for every folder at its place that no other floor names. */
function foldersOf({ folder }) {
  if (!folder.endsWith('/*')) return [folder];
  const base = folder.slice(0, -2);
  return readdirSync(base, { withFileTypes: true })
    .map(({ name, parentPath }) => `${parentPath}/${name}`)
    .filter((path) => !path.includes('.') && !FLOORS.some((other) => other.folder === path));
}

function pathRule({ mayImport, typesOf = [], rule, direct }, folder, exceptions) {
  const own = direct ? filesOf(folder) : [folder];
  const allowed = ['node_modules', FOUNDATION, ...own, ...mayImport, ...typesOf, ...exceptions];
  const except = [...new Set(allowed.map((path) => path.replace(/\/\*$/, '')))].filter((path) =>
    existsSync(path),
  );
  const zone = { target: '.', from: '.', except, message: rule };
  return { 'import-x/no-restricted-paths': ['error', { zones: [zone] }] };
}

function filesOf(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
}

function packageRule({ packages, rule }) {
  if (packages === undefined) return {};
  const names = ('only' in packages ? packages.only : packages.not).map(packagePattern).join('|');
  const regex = 'only' in packages ? `^(?!\\.|(?:${names || '$.'})$)` : `^(?:${names})$`;
  return { 'no-restricted-imports': ['error', { patterns: [{ regex, message: rule }] }] };
}

function packagePattern(name) {
  const escaped = name.replace('*', '').replaceAll('.', '\\.');
  if (name.endsWith('*')) return `${escaped}.*`;
  return name.startsWith('node:') ? escaped : `${escaped}(?:/.*)?`;
}
