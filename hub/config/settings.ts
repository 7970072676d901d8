import { z } from 'zod';
import { IDENTITY_SETTINGS } from './identity-settings.ts';
import { MAIL_SETTINGS } from './mail-settings.ts';
import { KEY_PROVIDER_SETTINGS } from './key-provider-settings.ts';
import { PROOF_SETTINGS } from './proof-settings.ts';
import { RECORDER_SETTINGS } from './recorder-settings.ts';
import { SERVICE_SETTINGS } from './service-settings.ts';
import { port, setting, text, type Setting } from './setting.ts';
import { STORE_SETTINGS } from './store-settings.ts';

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
  ...RECORDER_SETTINGS,
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
  ...STORE_SETTINGS,
  ...KEY_PROVIDER_SETTINGS,
  ...PROOF_SETTINGS,
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
  ...SERVICE_SETTINGS,
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
