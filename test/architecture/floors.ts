/**
 * Who may import whom: stated here once, held by the import-graph test and by
 * ESLint. A folder that is not listed has no floor, and that is a breach too.
 */

/** Third-party packages and Node's modules: a closed list, or all but some. `@scope/*` and `node:*` stand for all of theirs. */
export type PackageRule = { readonly only: readonly string[] } | { readonly not: readonly string[] };

/** One folder of the tree and what its files may import besides each other and the error class. */
export interface Floor {
  /** Folder from the root; a last segment `*` makes every folder at that place a floor of its own. */
  readonly folder: string;
  /** True where only the files directly in the folder belong to the floor. */
  readonly direct?: true;
  /** Folders and files of ours. */
  readonly mayImport: readonly string[];
  /** Folders and files of ours of which only types may be taken. */
  readonly typesOf?: readonly string[];
  readonly packages?: PackageRule;
  /** The rule in words, printed with a breach. */
  readonly rule: string;
}

/** Stands below the ground floor: every folder may import it. */
export const FOUNDATION = 'recorder-core/errors.ts';

const GROUND =
  'A ground floor imports nothing of ours but the error class, so that it can be lifted out as a package.';
const CORE = [
  'recorder-core/sip',
  'recorder-core/siprec',
  'recorder-core/media',
  'recorder-core/capture',
  'recorder-core/vault',
  'recorder-core/ledger',
  'recorder-core/policy',
  'recorder-core/records',
];
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
  { folder: 'recorder-core/ledger', mayImport: [], packages: { only: ['node:crypto'] }, rule: GROUND },
  {
    folder: 'recorder-core/policy',
    mayImport: [],
    packages: { only: ['node:crypto', 'node:fs/promises', 'node:path', 'node:url', 'zod'] },
    rule: GROUND,
  },
  {
    folder: 'recorder-core/siprec',
    mayImport: ['recorder-core/sip', 'recorder-core/media'],
    packages: { only: ['node:*', 'saxes'] },
    rule: 'siprec stands on sip and media.',
  },
  {
    folder: 'recorder-core/records',
    mayImport: ['recorder-core/vault', 'recorder-core/ledger', 'recorder-core/policy'],
    packages: { only: ['node:*', 'pg', 'uuid'] },
    rule: 'records stands on the ground floor: it appends with the ledger, opens parts with the vault and puts rows before the policy.',
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
    mayImport: ['connectors/kit'],
    packages: { not: ['@temporalio/*', 'express', 'pg', 'pino', ...NO_NETWORK_OR_DISK] },
    rule: 'A connector knows the kit and its own vendor: no other vendor, no Temporal, no database; network and clock come from its context.',
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
    mayImport: [...CORE, 'connectors/kit'],
    packages: { only: ['@temporalio/activity', 'node:crypto', 'pg'] },
    rule: 'Activities stand on the recorder core and the connector contract; all else is handed to them.',
  },
  {
    folder: 'workflows',
    mayImport: ['recorder-core/policy'],
    typesOf: ['activities/contract.ts'],
    packages: { only: ['@temporalio/common', '@temporalio/workflow'] },
    rule: "Workflows are deterministic: Temporal's workflow API, pure policy, and the types of activities.",
  },
  {
    folder: 'hub/config',
    mayImport: [],
    packages: { only: ['node:fs', 'yaml', 'zod'] },
    rule: 'Configuration is read here and handed on; it knows no other part.',
  },
  { folder: 'hub/observability', mayImport: [], rule: 'Logs, metrics and traces know no other part.' },
  {
    folder: 'hub/identity',
    mayImport: ['recorder-core/policy', 'recorder-core/records', 'hub/observability'],
    packages: { not: ['@temporalio/*', 'express', 'pg'] },
    rule: 'Identity stands on records and knows no HTTP framework.',
  },
  {
    folder: 'hub/api',
    mayImport: [
      'recorder-core/capture/capture-remarks.ts',
      'recorder-core/ledger',
      'recorder-core/media',
      'recorder-core/policy',
      'recorder-core/records',
      'recorder-core/siprec/warnings.ts',
      'recorder-core/vault',
      'workflows/ids.ts',
      'hub/identity',
      'hub/observability',
    ],
    packages: { not: ['@temporalio/*', 'pg'] },
    rule: 'The API acts in database transactions; the outbox, not a Temporal client, starts what follows from them.',
  },
  {
    folder: 'hub/live',
    mayImport: ['recorder-core/records', 'hub/observability'],
    typesOf: ['recorder-core/capture', 'recorder-core/media'],
    packages: { only: ['node:*'] },
    rule: 'What a recorder tells the database of itself stands on records; the recorder is handed in as a value.',
  },
  {
    folder: 'hub/connections',
    mayImport: [
      'connectors',
      'recorder-core/ledger',
      'recorder-core/records',
      'recorder-core/vault',
      'hub/observability',
    ],
    typesOf: ['activities/connectors/run-on-connection.ts'],
    packages: { not: ['@temporalio/*', 'express', 'pg'] },
    rule: 'The connector host stands on connectors and records and knows no Temporal.',
  },
  {
    folder: 'hub/processes',
    mayImport: [],
    packages: { only: ['node:*'] },
    rule: 'Tools for processes and ports know nothing of ours but the error class.',
  },
  {
    folder: 'hub/temporal',
    mayImport: ['hub/processes', 'hub/observability', 'ops/temporal'],
    packages: { not: ['express', 'pg'] },
    rule: 'The Temporal server and its desired state know none of our work.',
  },
  {
    folder: 'hub/worker',
    mayImport: ['hub/processes', 'workflows', 'recorder-core/records', 'hub/observability', 'hub/temporal'],
    typesOf: ['activities'],
    packages: { not: ['express'] },
    rule: 'Workers take workflows as code and activities as they are handed to them.',
  },
  {
    folder: 'hub/main',
    mayImport: [
      ...CORE,
      'recorder-core/transcode',
      'activities',
      'connectors',
      'workflows',
      'hub',
      'ops/temporal',
    ],
    rule: 'main wires everything.',
  },
  {
    folder: 'hub/cli',
    mayImport: [...CORE, 'hub', 'ops', 'examples'],
    rule: 'The command line stands on everything; nothing imports it.',
  },
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
    folder: 'ops/docs',
    mayImport: [...CORE, 'hub/config', 'test/matrix/interoperability-page.ts'],
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
export const EXCEPTIONS: readonly Exception[] = [];

/** Files that only tests import. They may use test libraries and test/support. */
export const TEST_FILE =
  /(^|\/)(test|test-support|testing)\/|\.(test|conformance|reference)\.tsx?$|(^|\/)test-signal\.ts$/;

/** Tests of real parts together may import any floor; all other tests keep to the floor of their folder. */
export const INTEGRATION_TEST = /\.integration\.test\.tsx?$|^test\//;

/** Tests without services that hold parts of several floors against each other; they may import any floor too. */
export const WIDE_TESTS: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: 'hub/temporal/desired-state.test.ts',
    reason: 'Holds temporal.yaml against workflows, queues and ids.',
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
  { path: 'ops', reason: 'Runs before there is a configuration.' },
  { path: 'test', reason: 'The tiers of the tests hand their services on this way.' },
];
