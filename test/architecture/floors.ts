/**
 * Who may import whom: stated here once, held by the import-graph test. A folder
 * that is not listed has no floor, and that is a breach too.
 */
import { CORE, type Floor } from './floor.ts';
import { HUB_FLOORS } from './hub-floors.ts';

/** Stands below the ground floor: every folder may import it. */
export const FOUNDATION = 'recorder-core/errors.ts';

const GROUND =
  'A ground floor imports nothing of ours but the error class, so that it can be lifted out as a package.';
const NO_NETWORK_OR_DISK = [
  'node:child_process',
  'node:dgram',
  'node:dns',
  'node:dns/promises',
  'node:fs',
].concat([
  'node:fs/promises',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:process',
  'node:tls',
]);

/** All floors, from the ground up. */
export const FLOORS: readonly Floor[] = [
  {
    folder: 'recorder-core',
    direct: true,
    mayImport: [],
    packages: { only: [] },
    rule: 'The error class stands below the ground floor and imports nothing.',
  },
  { folder: 'recorder-core/sip', mayImport: [], packages: { only: ['node:*'] }, rule: GROUND },
  {
    folder: 'recorder-core/media',
    mayImport: [],
    packages: { only: ['node:crypto', 'opus-decoder', 'zod'] },
    rule: `${GROUND} media has no sockets, files, clocks or timers either: bytes and times are passed in.`,
  },
  {
    folder: 'recorder-core/transcode',
    mayImport: ['recorder-core/media'],
    packages: { only: ['node:child_process'] },
    rule: 'transcode runs the decoders that are programs of their own behind a port of media.',
  },
  { folder: 'recorder-core/vault', mayImport: [], packages: { only: ['node:*'] }, rule: GROUND },
  {
    folder: 'recorder-core/vault/s3',
    mayImport: ['recorder-core/vault'],
    packages: { only: ['node:*', '@aws-sdk/client-s3'] },
    rule: 'The S3 store stands on the ports of the vault. It has a floor of its own because the protocol and its signatures are left to the SDK, which the rest of the vault must not need.',
  },
  {
    folder: 'recorder-core/vault/providers',
    mayImport: ['recorder-core/vault'],
    packages: {
      only: [
        'node:*',
        '@aws-sdk/client-kms',
        '@azure/core-auth',
        '@azure/identity',
        '@azure/keyvault-keys',
        'pkcs11js',
      ],
    },
    rule: 'A key provider knows the vault and the client of its own service, which is loaded only where it is chosen.',
  },
  { folder: 'recorder-core/ledger', mayImport: [], packages: { only: ['node:crypto'] }, rule: GROUND },
  {
    folder: 'recorder-core/verifier',
    mayImport: ['recorder-core/ledger'],
    packages: { only: ['node:*', 'age-encryption'] },
    rule: 'The verifier is a package of its own for people who do not trust us: ledger, Node and age, nothing that reads a database or a network.',
  },
  {
    folder: 'recorder-core/expressions',
    mayImport: [],
    packages: { only: ['@bufbuild/cel', 're2js'] },
    rule: `${GROUND} Expressions are the same on every machine: no clock, locale, time zone or chance.`,
  },
  {
    folder: 'recorder-core/policy',
    mayImport: [],
    packages: { only: ['node:crypto', 'node:fs/promises', 'node:path', 'node:url', 'zod'] },
    rule: GROUND,
  },
  {
    folder: 'recorder-core/authorization',
    mayImport: ['recorder-core/policy'],
    packages: { only: ['@cedar-policy/cedar-wasm', 'zod'] },
    rule: 'authorization stands on the table of roles and acts and on Cedar: no clock, no rows, no network; times are passed in.',
  },
  {
    folder: 'recorder-core/siprec',
    mayImport: ['recorder-core/sip', 'recorder-core/media'],
    packages: { only: ['node:*', 'saxes'] },
    rule: 'siprec stands on sip and media.',
  },
  {
    folder: 'recorder-core/records',
    mayImport: [
      'recorder-core/media',
      'recorder-core/vault',
      'recorder-core/ledger',
      'recorder-core/policy',
      'recorder-core/authorization',
    ],
    typesOf: ['connectors/kit/fields.ts'],
    packages: { only: ['node:*', 'pg', 'uuid'] },
    rule: 'records stands on the ground floor: it appends with the ledger, opens parts with the vault, gives their sound to media, puts rows before the policy and writes what the authorization filters lists by as SQL; mappings and catalogues it keeps as the connector contract types them.',
  },
  {
    folder: 'recorder-core/evidence',
    mayImport: [
      'recorder-core/ledger',
      'recorder-core/media',
      'recorder-core/records',
      'recorder-core/vault',
    ],
    typesOf: ['recorder-core/policy', 'recorder-core/transcode'],
    packages: {
      only: ['node:*', 'age-encryption', 'asn1js', 'dejavu-fonts-ttf', 'pdfkit', 'pkijs', 'zod'],
    },
    rule: 'evidence makes bundles of what records, ledger and vault hold, and plays them with media; it asks nobody and decides nothing.',
  },
  {
    folder: 'recorder-core/capture',
    mayImport: CORE,
    packages: { only: ['node:*', 'uuid', 'zod'] },
    rule: 'The recorder core knows no Temporal, HTTP framework or vendor.',
  },
  {
    folder: 'connectors/kit',
    mayImport: ['recorder-core/ledger/canonical-json.ts'],
    packages: { only: ['node:assert/strict', 'node:crypto', 'zod'] },
    rule: 'The connector contract knows no vendor, no host and no database.',
  },
  {
    folder: 'connectors/*',
    mayImport: ['connectors/kit', 'recorder-core/policy/fold-words.ts'],
    packages: { not: ['@temporalio/*', 'express', 'pg', 'pino', ...NO_NETWORK_OR_DISK] },
    rule: 'A connector knows the kit, how words are folded, and its own vendor: no other vendor, no Temporal, no database; network and clock come from its context.',
  },
  {
    folder: 'connectors',
    direct: true,
    mayImport: ['connectors/*'],
    packages: { only: [] },
    rule: 'The registry is the one list of connectors and nothing else.',
  },
  {
    folder: 'activities',
    mayImport: [...CORE, 'recorder-core/evidence', 'connectors/kit'],
    packages: { only: ['@temporalio/activity', 'node:crypto', 'pg'] },
    rule: 'Activities stand on the recorder core and the connector contract; all else is handed to them.',
  },
  {
    folder: 'workflows',
    mayImport: ['recorder-core/policy'],
    typesOf: [
      'activities/compliance-contract.ts',
      'activities/connector-contract.ts',
      'activities/contract.ts',
    ],
    packages: { only: ['@temporalio/common', '@temporalio/workflow'] },
    rule: "Workflows are deterministic: Temporal's workflow API, pure policy, and the types of activities.",
  },
  ...HUB_FLOORS,
  {
    folder: 'admin-ui',
    mayImport: [],
    typesOf: ['hub/api/schemas'],
    packages: { not: ['@temporalio/*', 'express', 'node:*', 'pg'] },
    rule: "The console takes types of the API's schemas and nothing else of the server.",
  },
  {
    folder: 'ops/temporal',
    mayImport: [],
    packages: { only: ['node:*'] },
    rule: 'Finding or building the Temporal server runs before any package is installed.',
  },
  {
    folder: 'ops/setup',
    mayImport: ['ops/temporal'],
    packages: { only: ['node:*'] },
    rule: 'The set-up runs before any package is installed.',
  },
  {
    folder: 'ops/compose',
    mayImport: [],
    packages: { only: ['node:*'] },
    rule: 'Secrets are written before any package is installed.',
  },
  {
    folder: 'ops/verifier',
    mayImport: [],
    packages: { only: ['node:*', 'vite'] },
    rule: "The verifier's package is made from its source by the bundler alone.",
  },
  {
    folder: 'ops/console',
    mayImport: ['connectors', 'connectors/kit', 'hub/connections/list-connectors.ts'],
    packages: { only: ['ajv', 'vite'] },
    rule: 'The build of the console takes the forms of connectors as data, and gives it no code of theirs.',
  },
  {
    folder: 'ops/docs',
    mayImport: [
      ...CORE,
      'connectors',
      'hub/config',
      'test/matrix/interoperability-page.ts',
      'test/support/console-tour/console-page.ts',
    ],
    rule: 'Generated documents are made from the tables they show.',
  },
  { folder: 'test', mayImport: ['*'], rule: 'Tests may use everything.' },
  {
    folder: '.',
    direct: true,
    mayImport: ['test/architecture/floors.ts'],
    rule: 'Configuration of the tools.',
  },
];

/** One import that is allowed against its floor, and why. */
export interface Exception {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Every exception; one that nothing uses any more is a breach. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    from: 'admin-ui/vite.config.ts',
    to: 'ops/console/connector-checks.ts',
    reason: 'The build, and not the page, makes the checks of forms from the schemas of the connectors.',
  },
];

/** Files that only tests import. They may use test libraries and test/support. */
export const TEST_FILE =
  /(^|\/)(test|test-support|testing)\/|\.(test|conformance|reference)\.tsx?$|(^|\/)test-signal\.ts$/;

/** Tests of real parts together may import any floor; all other tests keep to the floor of their folder. */
export const INTEGRATION_TEST = /\.integration\.test\.tsx?$|^test\//;

/** Tests without services that hold parts of several floors against each other; they may import any floor too. */
export const WIDE_TESTS: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: 'admin-ui/src/proof/proof.test.ts',
    reason: "Holds the console's verifier against the ledger and its vectors.",
  },
  {
    path: 'admin-ui/src/proof/check-custody.test.ts',
    reason: "Makes the log that the console's verifier checks.",
  },
  {
    path: 'admin-ui/src/from-hub/connector-texts.test.ts',
    reason: 'Holds the German of the console against what connectors say.',
  },
  {
    path: 'admin-ui/src/from-hub/event-texts.test.ts',
    reason: 'Holds the German of the console against the catalogue of events.',
  },
  {
    path: 'admin-ui/src/components/reason.test.ts',
    reason: "Holds the console's rule of a reason against the API's.",
  },
  {
    path: 'hub/temporal/desired-state.test.ts',
    reason: 'Holds temporal.yaml against workflows, queues and ids.',
  },
  {
    path: 'recorder-core/evidence/zip-writer.test.ts',
    reason: 'Reads with the verifier what the writer wrote.',
  },
  { path: 'workflows/replay.test.ts', reason: "Replays histories with the workers' bundle and converter." },
];

/** Packages for tests alone. */
export const TEST_PACKAGES: readonly string[] = ['@jest/globals', 'fast-check'];

/** Where the environment is read or passed on, and why; everywhere else a setting is handed in. */
export const ENVIRONMENT_READERS: readonly { readonly path: string; readonly reason: string }[] = [
  { path: 'hub/cli', reason: 'Gives the environment to hub/config, which checks it.' },
  { path: 'hub/main/child-role.ts', reason: 'Gives PATH and the secrets of recorders to child processes.' },
  {
    path: 'hub/main/recorder/widen-file-pool.ts',
    reason: "Sets the size of Node's file pool, which Node reads there.",
  },
  {
    path: 'hub/temporal/schema.ts',
    reason: "Gives the environment to Temporal's SQL tool, with the password in it.",
  },
  {
    path: 'admin-ui/vite.config.ts',
    reason: 'The development server of the console is no part of the product.',
  },
  {
    path: 'connectors/snowflake/load-driver.ts',
    reason:
      "Switches off what Snowflake's driver would do while it is loaded, and puts the environment back.",
  },
  { path: 'ops', reason: 'Runs before there is a configuration.' },
  { path: 'test', reason: 'The tiers of the tests hand their services on this way.' },
];
