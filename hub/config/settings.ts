import { z } from 'zod';

/** One setting: how it is written in the environment and on the command line, what it may be, what it means. */
export interface Setting<S extends z.ZodType = z.ZodType> {
  /** Option of the command line without its dashes; settings that hold secrets have none. */
  readonly flag?: string;
  readonly schema: S;
  readonly about: string;
  readonly secret?: true;
}

const port = z.coerce.number().int().min(0).max(65535);
const text = z.string().min(1);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'a URL that begins with postgres://');

function setting<S extends z.ZodType>(
  schema: S,
  about: string,
  more: { flag?: string; secret?: true } = {},
): Setting<S> {
  return { schema, about, ...more };
}

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
  egressPrivateNetwork: setting(
    z.stringbool().default(false),
    'Whether connectors may reach private and loopback addresses.',
    { flag: 'egress-private-network' },
  ),
  maxCalls: setting(
    z.coerce.number().int().min(1).default(500),
    'Calls at once; one more gets 503 with Retry-After.',
    { flag: 'max-calls' },
  ),
  spool: setting(text.optional(), 'Folder of the encrypted spool; default <data>/spool.', { flag: 'spool' }),
  objects: setting(text.optional(), 'Folder of the object store; default <data>/objects.', {
    flag: 'objects',
  }),
  keyRing: setting(text.optional(), 'File of the key ring; default <data>/key-ring.json.', {
    flag: 'key-ring',
  }),
  tenantId: setting(
    z.uuid().default('0198c0de-0000-7000-8000-000000000001'),
    'Tenant to which this recorder records.',
    { flag: 'tenant' },
  ),
  tenantName: setting(text.default('Sample tenant'), 'Name of that tenant, used when it is first made.', {
    flag: 'tenant-name',
  }),
  announcement: setting(
    z.enum(['by-recording-client', 'none']).default('none'),
    'Who tells the parties that they are recorded and obtains assent. `by-recording-client` is your statement that the SBC or PBX does; with `none`, calls that need it are refused.',
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
    z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      )
      .default(['lifecycle', 'media', 'connectors', 'spool']),
    'Task queues that this worker serves, with commas between; `spool` means spool.<node>.',
    { flag: 'queues' },
  ),
  recorderMetricsPort: setting(
    port.default(7091),
    'Port for health and metrics of the recorder, on the loopback.',
    { flag: 'recorder-metrics-port' },
  ),
  workerMetricsPort: setting(
    port.default(7092),
    'Port for health and metrics of the worker, on the loopback.',
    { flag: 'worker-metrics-port' },
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
