import { z } from 'zod';
import { IDENTITY_SETTINGS } from './identity-settings.ts';
import { MAIL_SETTINGS } from './mail-settings.ts';
import { list, port, postgresUrl, serviceUrl, setting, text, type Setting } from './setting.ts';

/**
 * Every setting of the product, in one place. The name gives the environment
 * variable: `httpPort` is HOLDFAST_HTTP_PORT, and `httpPort` in the YAML file.
 * docs/configuration.md is generated from this table.
 */
export const SETTINGS = {
  data: setting(
    text.default('data'),
    'Folder for everything that `holdfast start` keeps: database, key ring, spool, objects.',
    { flag: 'data' },
  ),
  region: setting(
    z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/)
      .default('eu-central'),
    'Region in which this node keeps what it records.',
    { flag: 'region' },
  ),
  node: setting(
    z
      .string()
      .regex(/^[a-z0-9-]{1,40}$/)
      .default('local'),
    'Name of this node; its spool is served by the task queue spool.<node>.',
    { flag: 'node' },
  ),
  httpHost: setting(text.default('127.0.0.1'), 'Address on which the hub serves API and console.', {
    flag: 'host',
  }),
  httpPort: setting(port.default(7080), 'Port of API and console.', { flag: 'port' }),
  publicUrl: setting(
    z.url().optional(),
    'Address under which people reach the console, where it differs from host and port.',
    { flag: 'public-url' },
  ),
  ffmpeg: setting(
    text.default('ffmpeg'),
    'The ffmpeg that plays AMR, AMR-WB and G.729: a full path, or a name in /usr/bin or /bin. Without it those codecs are stored and not played.',
    { flag: 'ffmpeg' },
  ),
  sipHost: setting(text.default('127.0.0.1'), 'Address on which the recorder takes SIP and RTP.', {
    flag: 'sip-host',
  }),
  sipPort: setting(port.default(5060), 'SIP port, UDP and TCP alike.', { flag: 'sip-port' }),
  rtpPortMin: setting(
    port.default(16384),
    'First port for RTP; a stream takes an even port and the odd one after it.',
    { flag: 'rtp-port-min' },
  ),
  rtpPortMax: setting(port.default(32766), 'Last port for RTP.', { flag: 'rtp-port-max' }),
  advertisedHost: setting(
    text.optional(),
    'Address that recording clients reach, where a NAT stands between; for SIP and RTP, unless recorderFile says more.',
    { flag: 'advertised-host' },
  ),
  recorderFile: setting(
    text.optional(),
    'YAML file for what one line cannot say: several listening addresses, TLS, allowed sources, SRTP, session timers, alerts; docs/recorder-configuration.md. Its `listen` and `media` win over sipHost, sipPort and advertisedHost.',
    { flag: 'recorder-file' },
  ),
  mediaThreads: setting(
    z.coerce.number().int().min(1).max(256).optional(),
    'Threads that receive and store media; by default all processors but one, and at least one.',
    { flag: 'media-threads' },
  ),
  drainGrace: setting(
    z.coerce.number().min(0).max(86_400).default(5),
    'Seconds that a stopping recorder gives calls in progress to end by themselves, before it ends them with BYE.',
    { flag: 'drain-grace' },
  ),
  jurisdiction: setting(
    z
      .string()
      .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/)
      .default('DE'),
    'Place where this node stands, as an ISO 3166 code; its law counts like that of a party.',
    { flag: 'jurisdiction' },
  ),
  purpose: setting(text.default('business-record'), 'What calls are recorded for.', { flag: 'purpose' }),
  ruleKeysFile: setting(
    text.optional(),
    'JSON file with the public keys of whoever signs rule packs for you, beside those that come with the product; docs/rule-packs.md.',
    { flag: 'rule-keys-file' },
  ),
  egressPrivateNetwork: setting(
    z.stringbool().default(false),
    'Whether connectors may reach private and loopback addresses.',
    { flag: 'egress-private-network' },
  ),
  ...IDENTITY_SETTINGS,
  ...MAIL_SETTINGS,
  maxCalls: setting(
    z.coerce.number().int().min(1).default(500),
    'Calls at once; one more gets 503 with Retry-After.',
    { flag: 'max-calls' },
  ),
  spool: setting(text.optional(), 'Folder of the encrypted spool; default <data>/spool.', { flag: 'spool' }),
  objects: setting(
    text.optional(),
    'Where sealed parts stay: a folder, by default <data>/objects, or s3://bucket/prefix; docs/object-stores.md.',
    { flag: 'objects' },
  ),
  objectLock: setting(
    z.enum(['none', 'governance', 'compliance']).default('none'),
    'Lock that retained objects get in an S3 store until their floor: `compliance` nobody can lift, `governance` people with a special permission can. The bucket must be made with object lock.',
    { flag: 'object-lock' },
  ),
  s3Endpoint: setting(z.url().optional(), "Address of an S3 store that is not Amazon's.", {
    flag: 's3-endpoint',
  }),
  s3Region: setting(text.optional(), 'Region of the bucket.', { flag: 's3-region' }),
  s3PathStyle: setting(
    z.stringbool().default(false),
    'Whether the bucket stands in the path instead of the host name, as most stores of your own want it.',
    { flag: 's3-path-style' },
  ),
  s3CaFile: setting(
    text.optional(),
    "PEM file with the certificates that the S3 endpoint is checked against, in place of the system's.",
    { flag: 's3-ca-file' },
  ),
  s3AccessKeyId: setting(
    text.optional(),
    'Access key for the S3 store. Without it the AWS SDK looks where it always does: AWS_ variables, shared files, container, instance.',
    { secret: true },
  ),
  s3SecretAccessKey: setting(text.optional(), 'Secret of that access key.', { secret: true }),
  s3KmsKeyId: setting(
    text.optional(),
    'Id or ARN of a key under which the S3 store encrypts besides (SSE-KMS); parts are encrypted before they get there in any case.',
    { flag: 's3-kms-key-id' },
  ),
  keyRing: setting(text.optional(), 'File of the key ring; default <data>/key-ring.json.', {
    flag: 'key-ring',
  }),
  keyProvider: setting(
    z.enum(['local', 'pkcs11', 'transit', 'aws-kms', 'azure-key-vault']).default('local'),
    'Where the root keys are: `local` is a file, for development; the others are an HSM or a key service. docs/keys.md has each.',
    { flag: 'key-provider' },
  ),
  keyName: setting(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
      .default('holdfast-root'),
    'What the names of root keys begin with in an HSM or key service; for AWS KMS the alias without `alias/`.',
    { flag: 'key-name' },
  ),
  pkcs11Library: setting(text.optional(), "For `pkcs11`: path of the HSM vendor's library.", {
    flag: 'pkcs11-library',
  }),
  pkcs11Token: setting(text.optional(), 'For `pkcs11`: label of the token that holds the root keys.', {
    flag: 'pkcs11-token',
  }),
  pkcs11PinFile: setting(text.optional(), 'For `pkcs11`: file with the user PIN of the token.', {
    flag: 'pkcs11-pin-file',
  }),
  transitUrl: setting(
    serviceUrl.optional(),
    'For `transit`: address of Vault or OpenBao; http only for an agent on this machine.',
    { flag: 'transit-url' },
  ),
  transitTokenFile: setting(
    text.optional(),
    'For `transit`: file with the token; it is read for every call.',
    {
      flag: 'transit-token-file',
    },
  ),
  transitMount: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/)
      .optional(),
    'For `transit`: path of the transit engine; default transit.',
    { flag: 'transit-mount' },
  ),
  transitNamespace: setting(text.optional(), 'For `transit`: namespace, where there are any.', {
    flag: 'transit-namespace',
  }),
  transitCaFile: setting(
    text.optional(),
    "For `transit`: certificate authorities in PEM to trust instead of the system's.",
    { flag: 'transit-ca-file' },
  ),
  awsKmsRegion: setting(
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .optional(),
    'For `aws-kms`: region of the keys. Credentials come from where AWS programs look for them.',
    { flag: 'aws-kms-region' },
  ),
  awsKmsEndpoint: setting(
    serviceUrl.optional(),
    'For `aws-kms`: another address of the service, such as a VPC endpoint.',
    { flag: 'aws-kms-endpoint' },
  ),
  awsKmsDeletionDays: setting(
    z.coerce.number().int().min(7).max(30).optional(),
    'For `aws-kms`: days that AWS waits before it deletes a root key; default 30. Until then its deletion can be cancelled.',
    { flag: 'aws-kms-deletion-days' },
  ),
  azureVaultUrl: setting(
    z.url({ protocol: /^https$/ }).optional(),
    'For `azure-key-vault`: address of the vault or managed HSM. Credentials come from where Azure programs look for them.',
    { flag: 'azure-vault-url' },
  ),
  azureKeyKind: setting(
    z.enum(['RSA-HSM', 'RSA', 'oct-HSM']).optional(),
    'For `azure-key-vault`: kind of new root keys; default RSA-HSM. RSA is kept in software, oct-HSM needs a managed HSM.',
    { flag: 'azure-key-kind' },
  ),
  keyCacheSeconds: setting(
    z.coerce.number().min(0).max(3600).default(300),
    'Seconds for which a process keeps an unwrapped key-encryption key in memory; with 0 the key provider is asked each time.',
    { flag: 'key-cache-seconds' },
  ),
  backupDays: setting(
    z.coerce.number().int().min(0).max(3650).default(35),
    'Days for which you keep backups of the database; certificates of disposal say until when one could still be opened.',
    { flag: 'backup-days' },
  ),
  witnesses: setting(
    list.optional(),
    'Witnesses of the ledger, with commas between: of each its key as `holdfast witness` shows it, a space, and its address; docs/witness.md.',
    { flag: 'witnesses' },
  ),
  witnessQuorum: setting(
    z.coerce.number().int().min(0).max(50).optional(),
    'Witnesses that must cosign a checkpoint before it counts as published; by default more than half of them.',
    { flag: 'witness-quorum' },
  ),
  timeStampUrls: setting(
    list.optional(),
    'Addresses of time-stamp authorities (RFC 3161 over HTTP) that stamp checkpoints, with commas between.',
    { flag: 'time-stamp-urls' },
  ),
  timeStampCertificates: setting(
    text.optional(),
    'PEM file with the certificates of those authorities, or of their certifiers; stamps that lead to none of them are refused.',
    { flag: 'time-stamp-certificates' },
  ),
  tenantId: setting(
    z.uuid().default('0198c0de-0000-7000-8000-000000000001'),
    'Tenant to which this recorder records.',
    { flag: 'tenant' },
  ),
  tenantName: setting(text.default('Sample tenant'), 'Name of that tenant, used when it is first made.', {
    flag: 'tenant-name',
  }),
  announcement: setting(
    z.enum(['by-recording-client', 'with-evidence', 'none']).default('none'),
    'Who tells the parties that they are recorded and obtains assent. `by-recording-client` is your statement that the SBC or PBX does; `with-evidence` stores nothing before evidence for each party has come (docs/consent.md); with `none`, calls that need it are refused.',
    { flag: 'announcement' },
  ),
  retentionClass: setting(text.default('business-call'), 'Retention class of what this recorder records.', {
    flag: 'retention-class',
  }),
  postgresUrl: setting(postgresUrl, 'Database as the application role holdfast_app.', { secret: true }),
  postgresDispatcherUrl: setting(postgresUrl, 'Database as the role holdfast_dispatcher.', { secret: true }),
  postgresOwnerUrl: setting(
    postgresUrl.optional(),
    'Database as the owner of the schema; only `holdfast migrate` and `holdfast start` need it.',
    { secret: true },
  ),
  externalPostgres: setting(
    postgresUrl.optional(),
    'Use this PostgreSQL instead of the embedded one (owner URL).',
    { flag: 'external-postgres', secret: true },
  ),
  temporalAddress: setting(text.default('127.0.0.1:7233'), 'Temporal frontend, host:port.', {
    flag: 'temporal-address',
  }),
  temporalNamespace: setting(text.default('holdfast'), 'Temporal namespace.', { flag: 'temporal-namespace' }),
  workerQueues: setting(
    list.default(['lifecycle', 'media', 'connectors', 'spool']),
    'Task queues that this worker serves, with commas between; `spool` means spool.<node>.',
    { flag: 'queues' },
  ),
  recorderMetricsPort: setting(
    port.default(7091),
    'Port for health and metrics of the recorder, on the loopback.',
    { flag: 'recorder-metrics-port' },
  ),
  codecPort: setting(
    port.default(7093),
    'Port of the codec server (`holdfast codec`), on the address of httpHost.',
    {
      flag: 'codec-port',
    },
  ),
  startCodec: setting(
    z.stringbool().default(false),
    '`holdfast start` alone: whether it runs the codec server besides recorder, hub and worker; docs/operations.md.',
    { flag: 'start-codec' },
  ),
  codecOrigin: setting(
    z
      .url({ protocol: /^https?$/ })
      .regex(/^[a-z]+:\/\/[^/]+$/, 'an origin such as https://temporal.example')
      .optional(),
    "Origin of Temporal's web UI, whose pages may ask the codec server; without it only the command line may.",
    { flag: 'codec-origin' },
  ),
  workerMetricsPort: setting(
    port.default(7092),
    'Port for health and metrics of the worker, on the loopback.',
    { flag: 'worker-metrics-port' },
  ),
  exportApprovalRecordings: setting(
    z.coerce.number().int().min(0).max(500).default(10),
    'An export of more recordings than this needs a second person; 0 asks for one always.',
    { flag: 'export-approval-recordings' },
  ),
  exportApprovalBytes: setting(
    z.coerce
      .number()
      .int()
      .min(0)
      .default(2 * 2 ** 30),
    'An export of more bytes of captured parts than this needs a second person.',
    { flag: 'export-approval-bytes' },
  ),
  exportMaxDays: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'The longest that an export can be fetched, in days.',
    { flag: 'export-max-days' },
  ),
  grantMaxDays: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'The longest that a grant of access lasts, in days; it is extended by a new one only.',
    { flag: 'grant-max-days' },
  ),
  logLevel: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least severe log line that is written.',
    { flag: 'log-level' },
  ),
  traceUrl: setting(z.url().optional(), 'OTLP/HTTP address to which traces go; none are sent without it.', {
    flag: 'trace-url',
  }),
} satisfies Record<string, Setting>;

/** The validated configuration: one frozen object, read once at the start. */
export type Config = Readonly<{
  [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']>;
}>;
export type SettingName = keyof typeof SETTINGS;

/** `httpPort` as an environment variable: HOLDFAST_HTTP_PORT. */
export function environmentName(name: string): string {
  return `HOLDFAST_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
